package dev.semantica.it;

import dev.semantica.broker.EmbeddedBroker;
import dev.semantica.broker.EmbeddedBrokerConfig;
import dev.semantica.console.security.Permission;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;

/**
 * A broker that allows nothing that is not listed, with a TLS listener for each way to say who one is. Its listener
 * without security is the administrator's.
 */
final class SecuredBroker implements AutoCloseable {

    /** Password of every user. */
    static final String PASSWORD = "password-of-a-test";

    private static final String MODULES = "org.apache.kafka.common.security.";
    private static final String ALLOWED_URLS = "org.apache.kafka.sasl.oauthbearer.allowed.urls";

    /** How a client says who it is. */
    enum Login {
        PLAIN("PLAIN"),
        SCRAM("SCRAM-SHA-512"),
        OAUTHBEARER("OAUTHBEARER"),
        MTLS(null);

        private final String mechanism;

        Login(String mechanism) {
            this.mechanism = mechanism;
        }
    }

    private final EmbeddedBroker broker;
    private final Admin admin;
    private final TokenServer tokens;
    private final Path clientKeys;
    private final Path trusted;

    /** @param users of SASL/PLAIN */
    SecuredBroker(Path directory, List<String> users) throws Exception {
        Certificates certificates = new Certificates(Files.createDirectories(directory.resolve("certificates")));
        Path keys = certificates.keyStore("broker");
        trusted = certificates.trustStore("broker");
        clientKeys = certificates.keyStore("client");
        tokens = new TokenServer();
        System.setProperty(ALLOWED_URLS, tokens.tokens() + "," + tokens.keys());
        Map<String, String> overrides = new HashMap<>(Map.of(
                "authorizer.class.name",
                "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "super.users",
                "User:ANONYMOUS",
                "ssl.keystore.location",
                keys.toString(),
                "ssl.keystore.password",
                Certificates.PASSWORD,
                "ssl.key.password",
                Certificates.PASSWORD,
                "ssl.truststore.type",
                "PEM",
                "ssl.truststore.location",
                certificates.trustStore("client").toString()));
        overrides.put("listener.name.mtls.ssl.client.auth", "required");
        overrides.put("listener.name.mtls.ssl.principal.mapping.rules", "RULE:^CN=(.*)$/$1/");
        StringBuilder passwords = new StringBuilder();
        users.forEach(user -> passwords.append(" user_%s=\"%s\"".formatted(user, PASSWORD)));
        sasl(overrides, Login.PLAIN, "plain.PlainLoginModule required" + passwords + ";");
        sasl(overrides, Login.SCRAM, "scram.ScramLoginModule required;");
        sasl(overrides, Login.OAUTHBEARER, "oauthbearer.OAuthBearerLoginModule required;");
        overrides.put(
                "listener.name.oauthbearer.oauthbearer.sasl.server.callback.handler.class",
                MODULES + "oauthbearer.OAuthBearerValidatorCallbackHandler");
        overrides.put("listener.name.oauthbearer.sasl.oauthbearer.jwks.endpoint.url", tokens.keys());
        overrides.put("listener.name.oauthbearer.sasl.oauthbearer.expected.audience", "kafka");
        broker = EmbeddedBroker.start(new EmbeddedBrokerConfig(
                directory.resolve("broker"),
                0,
                overrides,
                Map.of("PLAIN", "SASL_SSL", "SCRAM", "SASL_SSL", "OAUTHBEARER", "SASL_SSL", "MTLS", "SSL")));
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    private static void sasl(Map<String, String> overrides, Login login, String jaas) {
        String listener = "listener.name." + login.name().toLowerCase(java.util.Locale.ROOT);
        overrides.put(listener + ".sasl.enabled.mechanisms", login.mechanism);
        overrides.put(
                listener + "." + login.mechanism.toLowerCase(java.util.Locale.ROOT) + ".sasl.jaas.config",
                MODULES + jaas);
    }

    /** Settings of an application that connects as a user. By certificate there is one user: client. */
    Map<String, String> settings(Login login, String user, String password) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(login.name()),
                "kafka.security.protocol",
                login == Login.MTLS ? "SSL" : "SASL_SSL",
                "kafka.ssl.truststore.type",
                "PEM",
                "kafka.ssl.truststore.location",
                trusted.toString()));
        String known = " required username=\"" + user + "\" password=\"" + password + "\";";
        switch (login) {
            case PLAIN -> settings.put("kafka.sasl.jaas.config", MODULES + "plain.PlainLoginModule" + known);
            case SCRAM -> settings.put("kafka.sasl.jaas.config", MODULES + "scram.ScramLoginModule" + known);
            case OAUTHBEARER -> {
                settings.put(
                        "kafka.sasl.jaas.config",
                        MODULES + "oauthbearer.OAuthBearerLoginModule required clientId=\"" + user
                                + "\" clientSecret=\"" + password + "\";");
                settings.put(
                        "kafka.sasl.login.callback.handler.class",
                        MODULES + "oauthbearer.OAuthBearerLoginCallbackHandler");
                settings.put("kafka.sasl.oauthbearer.token.endpoint.url", tokens.tokens());
            }
            case MTLS -> {
                settings.put("kafka.ssl.keystore.location", clientKeys.toString());
                settings.put("kafka.ssl.keystore.password", password);
                settings.put("kafka.ssl.key.password", password);
            }
        }
        if (login.mechanism != null) {
            settings.put("kafka.sasl.mechanism", login.mechanism);
        }
        return settings;
    }

    /** What a user's password is. */
    static String password(Login login) {
        return switch (login) {
            case PLAIN, SCRAM -> PASSWORD;
            case OAUTHBEARER -> TokenServer.SECRET;
            case MTLS -> Certificates.PASSWORD;
        };
    }

    /** Makes a user of SCRAM. */
    void addUser(String user) throws Exception {
        ScramCredentialInfo info = new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096);
        admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(user, info, PASSWORD)))
                .all()
                .get();
    }

    void allow(String user, List<Permission> permissions) throws Exception {
        admin.createAcls(permissions.stream()
                        .map(permission -> permission.allowedTo("User:" + user))
                        .toList())
                .all()
                .get();
    }

    void refuse(String user, Permission permission) throws Exception {
        admin.deleteAcls(List.of(permission.allowedTo("User:" + user).toFilter()))
                .all()
                .get();
    }

    Set<String> topics() throws Exception {
        return admin.listTopics().names().get();
    }

    @Override
    public void close() {
        admin.close();
        broker.close();
        tokens.close();
        System.clearProperty(ALLOWED_URLS);
    }
}
