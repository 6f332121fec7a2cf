package dev.semantica.it;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Keys and self-signed certificates, made by the JDK's keytool. */
final class Certificates {

    /** Of every key store; what Kafka must never show. */
    static final String PASSWORD = "certificates-of-a-test";

    private final Path directory;

    Certificates(Path directory) {
        this.directory = directory;
    }

    /** A key store with one key and its certificate, which is good for 127.0.0.1. */
    Path keyStore(String name) throws Exception {
        Path store = directory.resolve(name + ".p12");
        keytool(
                store,
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-validity",
                "2",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=ip:127.0.0.1,dns:localhost");
        return store;
    }

    /** The certificate of a key store as a PEM file, which is a trust store that trusts only it. */
    Path trustStore(String name) throws Exception {
        Path certificate = directory.resolve(name + ".pem");
        keytool(
                directory.resolve(name + ".p12"),
                "-exportcert",
                "-rfc",
                "-alias",
                name,
                "-file",
                certificate.toString());
        return certificate;
    }

    private void keytool(Path store, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-J-Xmx64m"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new AssertionError("keytool failed: " + said);
        }
    }
}
