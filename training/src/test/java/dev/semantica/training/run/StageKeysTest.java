package dev.semantica.training.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.semantica.training.objective.EncoderLearner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StageKeysTest {

    private static final String PAGES = "a9dbe5c82cdb9a457799c374bd0e967b251e404d9ff52635d4c1288929f1c7e8";

    /** Checkpoints and caches carry these names: what changes them throws days of computation away. */
    @Test
    void theShippedModelsStagesKeepTheirNames() throws Exception {
        StageKeys encoder = shipped("pages-encoder");
        assertThat(encoder.encoder(PAGES, "").digest()).isEqualTo("encoder-15cff86d4a710758");
        assertThat(Files.readString(Path.of("..", "models", "pages-encoder", "encoder.json")))
                .contains("encoder-15cff86d4a710758", PAGES);

        String pagesOfJudge = "c4651d5afc3e1d682fb6bb414f2ad2f1e7e2bb5f541fd33f79d9212463553a7a";
        RunConfig judge = RunFile.read(Path.of("..", "models", "judge", "run.yaml"), Map.of("RUNS", "runs"));
        assertThat(new StageKeys(judge, Set.of()).encoder(pagesOfJudge, "").digest())
                .isEqualTo("encoder-7396f309da71204a");
        assertThat(Files.readString(Path.of("..", "models", "judge", "encoder.json")))
                .contains("encoder-7396f309da71204a", pagesOfJudge);

        StageKeys pages = shipped("pages");
        assertThat(pages.autoencoder(PAGES, "", "").digest()).isEqualTo("autoencoder-7e8ea0f1bca6bf1a");
        assertThat(pages.denoiser("foreign-52fb9e46bee70890", "autoencoder-7e8ea0f1bca6bf1a", "")
                        .digest())
                .isEqualTo("denoiser-9e079183f6fac1af");

        // The digest of the bundle that the run above made.
        String start = "6995831a1f04595a9ff417cae607293179ada3f64fff4e7ccbef5ce7b1cfb8ea";
        StageKeys continued = shipped("pages", "continue.yaml");
        assertThat(continued
                        .denoiser("foreign-52fb9e46bee70890", "started-5903843e2566ca63", start)
                        .digest())
                .isEqualTo("denoiser-a0d81b84e4c857b1");

        assertThat(shipped("pages", "encoder.yaml").encoder(PAGES, "").digest()).isEqualTo("encoder-23340444ebefd248");
        // The digest of the bundle that the run above made.
        String before = "d9b0cb8d5c7934f687942ec8f3954e984c88f43437091d342984d2652c46a5f4";
        assertThat(shipped("pages", "twelve.yaml")
                        .denoiser("foreign-bcf3cc979b1aaef5", "started-6dd3002cba81887a", before)
                        .digest())
                .isEqualTo("denoiser-cddabc73f1d35a92");

        // The digest of the bundle that the run above made.
        String twelve = "27d7caba4fd021a70d63d52fe0c8337a0398e25b639bb0840b38b5ca61591a2b";
        String pagesOfTwelve = "a5495cd2411bac7862b797794bbf23aa22e57537d46db2136bcad8d162015f15";
        StageKeys further = shipped("pages", "further.yaml");
        assertThat(further.autoencoder(pagesOfTwelve, twelve, "").digest()).isEqualTo("autoencoder-982c664321e4f935");
        assertThat(further.denoiser("foreign-99287c193c782af4", "started-c9c573a969f71c60", twelve)
                        .digest())
                .isEqualTo("denoiser-7b599b27e713061c");

        // The digest of the bundle that the run above made.
        String furthered = "3ad63a1222f4275a917094e98f6b5e64e08ce34bfe347aeb14c0277ea623b46e";
        assertThat(shipped("pages", "more.yaml")
                        .denoiser("foreign-c2545959bbedb1cc", "started-222f1614a41d0503", furthered)
                        .digest())
                .isEqualTo("denoiser-a58d1dd5154b4366");

        // The digest of the bundle that the run above made.
        String more = "18d86c7f295fa1ab70b54811b81d60bdc2a0da45d955992058a8bb79a991ec3b";
        String pagesOfDeeper = "1c83b95dd9cc3f151a03710593bd50316225f5a452e7feb51806fd59735f5dec";
        StageKeys deeper = shipped("pages", "deeper.yaml");
        assertThat(deeper.autoencoder(pagesOfDeeper, more, "foreign-b8d54e2583de41c2")
                        .digest())
                .isEqualTo("autoencoder-c11fb422544ff635");
        assertThat(deeper.denoiser("foreign-b8d54e2583de41c2", "started-3cd55dd9458f6aaa", more)
                        .digest())
                .isEqualTo("denoiser-f99aff6ae610255b");

        // The digests of the bundle that the run above made, and of its encoder.
        String deepened = "bacd365661a564f3557d944844b68b2784103bd79fed134feaa5d47558c136d4";
        String encoderOfDeepened = "ba804277200307a14dd2157fe583d09be4add7fb1abdf4271d8581ab2eb16a55";
        String pagesOfWider = "a1df059a932c26ab373e9c9513a8b4ee4b18a41b4342e0e58aa5ad40c114658a";
        assertThat(allStages("wider.yaml", pagesOfWider, encoderOfDeepened, deepened, deepened))
                .containsExactly(
                        "encoder-ec9c6451148902aa", "autoencoder-4ed9237fcd55cb7c", "denoiser-ba7ec20a399ab1a9");

        // The digest of the bundle that the run above made.
        String widened = "8b66a778633c5ae00a42eaf20770b19aafee32b770d86fdebd5f635b7ee23263";
        String pagesOfRefined = "807b236debdc4197e6afb9d8804e4af9138f65f1d29208709a54f906bba7ce0d";
        StageKeys refined = shipped("pages", "refine.yaml");
        assertThat(refined.autoencoder(pagesOfRefined, widened, "foreign-461d5e0e345156b8")
                        .digest())
                .isEqualTo("autoencoder-ed6bac896ecbffaf");
        assertThat(refined.denoiser("foreign-461d5e0e345156b8", "started-194c4706dd371cf2", widened)
                        .digest())
                .isEqualTo("denoiser-22600c6290a5dd2a");

        // The digest of the bundle that the run above made.
        String refinedBundle = "ccf9a0b550fa9f4d6d07489e8bbb9a4abe4b81c878f48b770da1891d85ab4995";
        assertThat(shipped("pages", "finer.yaml")
                        .denoiser("foreign-0727aea92fcfdaa7", "started-973222668f94fbb2", refinedBundle)
                        .digest())
                .isEqualTo("denoiser-98e11e6599a60d4e");

        // The digests of the bundle that the run above made, and of its encoder.
        String finerBundle = "11e89e76428bc526da8225bbb31e86822e46aac2b0d1fb98ab731769d3b3a165";
        String encoderOfFiner = "279f407ede1910789990783918dc6927066e82601fc3d46bc2eb68f0c6ea6ba5";
        String pagesOfLarger = "79e9b0111963e1efb1691990b8125fe65362e45ed62d1c5d2bd89c90129a6c39";
        assertThat(allStages("larger.yaml", pagesOfLarger, encoderOfFiner, finerBundle, finerBundle))
                .containsExactly(
                        "encoder-4973f9ce8b3d8672", "autoencoder-2ea37f4dad128588", "denoiser-4fc20670a2bb193c");

        // The digest of the bundle that the run above made.
        String largerBundle = "1e5b4f6cd14361948095ef12e11c4b239001d70384d07ddff5d0a9b1a7664b0f";
        assertThat(allStages("longer.yaml", pagesOfLarger, encoderOfFiner, finerBundle, largerBundle))
                .containsExactly(
                        "encoder-4973f9ce8b3d8672", "autoencoder-2ea37f4dad128588", "denoiser-fa43f7c5a1de0946");

        // The digest of the bundle that the run above made.
        String longerBundle = "39cc9b18152b7c742a01c3e673d1caa1c746c2f9a6ef4bc49458f4e96f968448";
        String pagesOfSharper = "e8a94b0ee40b4fdda137fa496c19bdc76531fba30f77153e15d64b16509c4630";
        String sharper = "autoencoder-86d602eebbeb915e";
        assertThat(shipped("pages", "sharper.yaml")
                        .autoencoder(pagesOfSharper, longerBundle, "foreign-c754df85bc7e4b32")
                        .digest())
                .isEqualTo(sharper);

        // The digests of the bundle that the run above made, of its encoder, and of the encoder that the next run
        // makes.
        String sharperBundle = "fbf1bf7d5087609397f080f69e29d0e8e16be6113e729ecd4a0d88ae9c56576a";
        String encoderOfSharper = "a18cf09b8846cca7ecca85cab1e2ce574271811c011c956b653fc66bb9ef6dcb";
        String clearerEncoder = "52d4f7787e5ddd0494aa7591e857493fbffbed25deabfcbaa8a42b9256daeb0c";
        String pagesOfClearerEncoder = "994b7afcbfd6d288381398803dfcd551986e83434c496a5092c460599ad70ba3";
        String pagesOfClearer = "4c9d8270f89e9a03da1a6a90e96a8b36943704490f2839cb31b020908dfcc6a1";
        assertThat(asWritten("clearer-encoder.yaml")
                        .encoder(pagesOfClearerEncoder, encoderOfSharper)
                        .digest())
                .isEqualTo("encoder-9ca5c18d9a27f930");
        StageKeys clearer = asWritten("clearer.yaml");
        String clearerStage = clearer.encoder(pagesOfClearer, clearerEncoder).digest();
        assertThat(clearerStage).isEqualTo("encoder-53f11b9eac103d01");
        String clearerRun = clearer.denoiser(clearerStage, "started-d73e6995c76a91e8", sharperBundle)
                .digest();
        assertThat(clearerRun).isEqualTo("denoiser-aeb0011dd0d2f931");

        // Over the encoder that the run above made, written alone.
        String truerRun = asWritten("truer.yaml")
                .denoiser("foreign-5205199d41c1b7c9", "started-d73e6995c76a91e8", sharperBundle)
                .digest();
        assertThat(truerRun).isEqualTo("denoiser-f8908017dc69f597");
        assertThat(Files.readString(Path.of("..", "models", "pages", "bundle.json")))
                .contains(truerRun, sharperBundle, pagesOfClearer);
    }

    /** The keys of a run that trains all of its networks further: encoder, autoencoder, denoiser. */
    private static List<String> allStages(
            String run, String pages, String encoderStart, String autoencoderStart, String denoiserStart)
            throws Exception {
        StageKeys keys = shipped("pages", run);
        String encoder = keys.encoder(pages, encoderStart).digest();
        String autoencoder = keys.autoencoder(pages, autoencoderStart, encoder).digest();
        return List.of(
                encoder,
                autoencoder,
                keys.denoiser(encoder, autoencoder, denoiserStart).digest());
    }

    private static StageKeys shipped(String model) throws Exception {
        return shipped(model, "run.yaml");
    }

    private static StageKeys shipped(String model, String run) throws Exception {
        return new StageKeys(weighted(read(model, run)), heldOut());
    }

    /** Of a run of models/pages that says itself what its weights are. */
    private static StageKeys asWritten(String run) throws Exception {
        return new StageKeys(read("pages", run), heldOut());
    }

    private static RunConfig read(String model, String run) throws Exception {
        return RunFile.read(Path.of("..", "models", model, run), Map.of("EMOJI", "emoji", "RUNS", "runs"));
    }

    private static Set<String> heldOut() throws Exception {
        return new HashSet<>(Files.readAllLines(Path.of("..", "models", "pages", "held-out.txt")));
    }

    /** With weights that hold whatever the defaults become. */
    private static RunConfig weighted(RunConfig config) {
        RunConfig.EncoderStage encoder = config.encoder();
        return new RunConfig(
                config.name(),
                config.description(),
                config.licence(),
                config.seed(),
                config.threads(),
                config.directory(),
                config.data(),
                config.frozenEncoder(),
                config.frozenAutoencoder(),
                new RunConfig.EncoderStage(
                        encoder.training(),
                        encoder.model(),
                        new EncoderLearner.Weighting(0.25, 4, 1, 0),
                        encoder.colourless(),
                        encoder.colourFactors(),
                        encoder.pictureSide(),
                        encoder.start()),
                config.autoencoder(),
                config.denoiser(),
                config.export());
    }

    @Test
    void differencesAreToldByTheirKeys(@TempDir Path folder) throws Exception {
        StageKey one =
                keys(folder, "seed: 1\nencoder: {training: {rate: 1.0e-3}}").encoder(PAGES, "");
        StageKey other = keys(folder, "seed: 2\nencoder: {training: {rate: 2.0e-3, judgeEvery: 7}}")
                .encoder(PAGES, "");

        assertThat(other.digest()).isNotEqualTo(one.digest());
        assertThat(other.differences(one.settings()))
                .containsExactly(
                        "encoder.training.rate was 0.001 there and is 0.002 now", "seed was 1 there and is 2 now");
        assertThat(one.differences(one.settings())).isEmpty();
    }

    @Test
    void timesCountOnlyWhereTheyAreNotAlike(@TempDir Path folder) throws Exception {
        assertThat(denoiser(folder, "times: {centre: 0, spread: 1}")).isEqualTo(denoiser(folder, "dropout: 0.1"));
        assertThat(denoiser(folder, "times: {centre: 0.4}")).isNotEqualTo(denoiser(folder, "dropout: 0.1"));
    }

    @Test
    void perceptionCountsOnlyWhereItIsAsked(@TempDir Path folder) throws Exception {
        assertThat(denoiser(folder, "perception: {weight: 0}")).isEqualTo(denoiser(folder, "dropout: 0.1"));
        assertThat(denoiser(folder, "perception: {weight: 1}")).isNotEqualTo(denoiser(folder, "dropout: 0.1"));
    }

    private static String denoiser(Path folder, String setting) throws Exception {
        return keys(folder, "denoiser: {" + setting + "}")
                .denoiser("e", "a", "")
                .digest();
    }

    private static StageKeys keys(Path folder, String text) throws Exception {
        Path file = folder.resolve("run.yaml");
        Files.writeString(file, "data: {sources: [{type: procedural, pages: 3}]}\n" + text);
        return new StageKeys(RunFile.read(file, Map.of()), Set.of());
    }
}
