package dev.semantica.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSourceTest {

    @TempDir
    private Path folder;

    private final List<String> skipped = new ArrayList<>();

    @Test
    void readsFoldersAndTellsOfWhatIsNoPage() throws IOException {
        picture("bird/0.png", 0xFF0000);
        picture("bird/1.png", 0x00FF00);
        write("bird/notes.txt", "no picture");
        Files.createDirectories(folder.resolve("empty"));
        write("fish/factors.json", "{\"format\":\"other\"}");
        picture("fish/0.png", 0x0000FF);
        picture("loose-1.png", 0);
        picture("loose-2.png", 0);
        picture("sheet.png", 0);

        List<SourcePage> pages = pages(new FileSource(folder, 2));

        assertThat(pages).extracting(page -> page.images().size()).containsExactly(2, 1, 2, 1);
        assertThat(skipped).hasSize(5);
        assertThat(skipped.get(2))
                .startsWith("2 pictures in ")
                .endsWith("they are on no page; a page is a sub-folder, with all pictures of one thing");
        assertThat(skipped.get(0)).contains("empty").contains("no image");
        assertThat(skipped.get(1)).contains("annotation of fish").contains("other");
    }

    @Test
    void aPictureThatIsGoneCostsOnlyItself() throws Exception {
        picture("bird/0.png", 0xFF0000);
        Files.createSymbolicLink(folder.resolve("bird/1.png"), folder.resolve("nowhere"));
        FileSource source = new FileSource(folder, 1);

        assertThat(source.fingerprint()).hasSize(64);
        List<SourcePage.Image> images = pages(source).get(0).images();
        assertThat(images.get(0).pixels().read().width()).isPositive();
        assertThatThrownBy(() -> images.get(1).pixels().read()).isInstanceOf(IOException.class);
    }

    @Test
    void whatIsNoManifestOrNoShardIsSaid() throws IOException {
        Files.write(folder.resolve("latin.jsonl"), new byte[] {'{', (byte) 0xE9, '}'});
        assertThatThrownBy(() -> new FileSource(folder.resolve("latin.jsonl"), 1).fingerprint())
                .hasMessageEndingWith(
                        "is no text in UTF-8; a source is a folder of pages, a tar shard or a pages.jsonl");
        write("pages.jsonl", "{\"page\":\"a\",\"shard\":\"gone.tar\",\"images\":[\"a.0.png\"]}\n{\"page\n");
        pages(new FileSource(folder.resolve("pages.jsonl"), 1));
        assertThat(skipped).contains("shard gone.tar: it does not exist").noneMatch(line -> line.contains("REDACTED"));
    }

    @Test
    void readsTheAnnotationsOfAShard() throws IOException {
        Map<String, byte[]> members = new LinkedHashMap<>();
        members.put("bird-1.0.png", png(1));
        members.put(
                "bird-1.0.json", bytes("{\"page\":{\"kind\":\"bird\",\"size\":2},\"image\":{\"noise\":\"foreign\"}}"));
        members.put("bird-1.1.png", png(2));
        members.put("fish-2.0.png", png(3));
        members.put("fish-2.0.json", bytes("{\"page\":7}"));
        tar("pages.tar", members);

        List<SourcePage> pages = pages(new FileSource(folder.resolve("pages.tar"), 1));

        assertThat(pages).extracting(SourcePage::id).containsExactly("pages.tar/bird-1", "pages.tar/fish-2");
        assertThat(pages.get(0).label()).isEqualTo("bird");
        assertThat(pages.get(0).factors().quantity("size")).hasValue(2);
        assertThat(pages.get(0).images().get(0).factors().category("noise")).hasValue("foreign");
        assertThat(pages.get(1).factors().values()).isEmpty();
        assertThat(skipped).singleElement().asString().contains("fish-2.0.json");
    }

    @Test
    void readsACutOffShardUpToTheBreak() throws Exception {
        Map<String, byte[]> members = new LinkedHashMap<>();
        members.put("bird.0.png", png(1));
        members.put("bird.1.png", png(2));
        members.put("cat.0.png", png(3));
        tar("a.tar", members);
        tar("b.tar", Map.of("fish.0.png", png(2)));
        byte[] whole = Files.readAllBytes(folder.resolve("a.tar"));
        // Two members of a header and a block each, and the third's header with a few bytes.
        Files.write(folder.resolve("a.tar"), java.util.Arrays.copyOf(whole, 5 * 512 + 20));

        List<SourcePage> pages = pages(new FileSource(folder, 1));

        assertThat(pages).extracting(SourcePage::id).containsExactly(id("bird"), id("fish"));
        assertThat(pages.get(0).images()).hasSize(2);
        assertThat(pages.get(0).images().get(1).pixels().read().width()).isEqualTo(8);
        assertThat(skipped)
                .singleElement()
                .asString()
                .contains("a.tar")
                .contains("no whole tar file")
                .contains("the 2 files that are whole");
    }

    @Test
    void tellsOfAShardThatIsNone() throws IOException {
        write("a.tar", "<html>404</html>");
        tar("b.tar", Map.of("fish.0.png", png(2)));

        assertThat(pages(new FileSource(folder, 1))).extracting(SourcePage::id).containsExactly(id("fish"));
        assertThat(skipped).singleElement().asString().contains("a.tar").contains("no tar file at all");
    }

    @Test
    void namesWithSignsOfTheirOwnStayApart() throws IOException {
        List<String> names = List.of("c#", "c#1", "c%231", "c", "a#b#2", "ö ☂", "x;y'z\"");
        for (String name : names) {
            picture(name + "/0.png", 0xFF0000);
        }
        List<SourcePage> pages = pages(new FileSource(folder, 2));

        assertThat(pages).hasSize(2 * names.size());
        assertThat(pages).extracting(SourcePage::id).doesNotHaveDuplicates();
        assertThat(pages)
                .extracting(page -> PageNames.own(PageNames.name(page.id())))
                .containsOnly(names.toArray(String[]::new));
    }

    @Test
    void readsAManifestWithPlacesAndUris() throws Exception {
        picture("a/0.png", 0xFF0000);
        picture("elsewhere.png", 0x00FF00);
        tar("s.tar", Map.of("fish.0.png", png(2)));
        write(
                "pages.jsonl",
                "{\"page\":\"bird\",\"label\":\"animal\",\"images\":[{\"file\":\"a/0.png\"},{\"uri\":\""
                        + folder.resolve("elsewhere.png").toUri() + "\"},{\"uri\":\"https://example.org/x.png\"},"
                        + "{\"file\":\"../outside.png\"}]}\n"
                        + "{\"page\":\"fish\",\"shard\":\"s.tar\",\"images\":[{\"file\":\"fish.0.png\"},{\"file\":\"no.png\"}]}\n"
                        + "no json\n");

        List<SourcePage> pages = pages(new FileSource(folder.resolve("pages.jsonl"), 1));

        assertThat(pages).extracting(page -> page.images().size()).containsExactly(2, 1);
        assertThat(pages.get(0).label()).isEqualTo("animal");
        assertThat(pages.get(0).images().get(1).pixels().read().width()).isEqualTo(8);
        assertThat(skipped).hasSize(4);
        assertThat(skipped.get(0)).contains("https://example.org");
        assertThat(skipped.get(1)).contains("outside");
        assertThat(skipped.get(2)).contains("no.png");
        assertThat(skipped.get(3)).contains("line 3");
    }

    @Test
    void whatLiesBesideTheManifestDoesNotChangeWhatThePagesAre() throws IOException {
        picture("a/0.png", 0xFF0000);
        write("pages.jsonl", "{\"page\":\"bird\",\"images\":[{\"file\":\"a/0.png\"}]}\n");
        FileSource source = new FileSource(folder.resolve("pages.jsonl"), 1);
        String before = source.fingerprint();

        write("run/checkpoint", "of a training that keeps its things here");
        assertThat(source.fingerprint()).isEqualTo(before);

        write("a/0.png", "another picture");
        assertThat(source.fingerprint()).isNotEqualTo(before);
    }

    private String id(String page) {
        return folder.getFileName() + "/" + page;
    }

    private List<SourcePage> pages(FileSource source) throws IOException {
        List<SourcePage> pages = new ArrayList<>();
        source.forEach(pages::add, (what, cause) -> skipped.add(what + ": " + cause));
        return pages;
    }

    private void picture(String name, int colour) throws IOException {
        Files.createDirectories(folder.resolve(name).getParent());
        Files.write(folder.resolve(name), png(colour));
    }

    private void write(String name, String text) throws IOException {
        Files.createDirectories(folder.resolve(name).getParent());
        Files.writeString(folder.resolve(name), text);
    }

    private void tar(String name, Map<String, byte[]> members) throws IOException {
        try (OutputStream file = Files.newOutputStream(folder.resolve(name));
                TarArchiveOutputStream tar = new TarArchiveOutputStream(file)) {
            for (Map.Entry<String, byte[]> member : members.entrySet()) {
                TarArchiveEntry entry = new TarArchiveEntry(member.getKey());
                entry.setSize(member.getValue().length);
                tar.putArchiveEntry(entry);
                tar.write(member.getValue());
                tar.closeArchiveEntry();
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] png(int colour) throws IOException {
        BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
        image.setRGB(3, 3, colour);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(image, "png", out);
        return out.toByteArray();
    }
}
