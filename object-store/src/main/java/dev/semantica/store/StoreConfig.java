package dev.semantica.store;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;

/**
 * How stores are reached.
 *
 * @param s3 how S3 is reached
 * @param connectTimeout longest wait for a connection
 * @param requestTimeout longest attempt of one request
 * @param attempts how often a request is tried before the store counts as out of reach
 * @param patience how long a user that may wait goes on trying while a store is out of reach; zero: not at all
 */
public record StoreConfig(S3 s3, Duration connectTimeout, Duration requestTimeout, int attempts, Duration patience) {

    /**
     * How S3 is reached.
     *
     * @param endpoint null: Amazon's, by region
     * @param region null: what the AWS SDK finds in the environment, or else us-east-1
     * @param pathStyle whether the bucket is a part of the path, not of the host
     * @param accessKeyId null: credentials come from the AWS SDK's default chain
     * @param secretAccessKey belongs to accessKeyId
     * @param sessionToken of temporary credentials; null: none
     */
    public record S3(
            URI endpoint,
            String region,
            boolean pathStyle,
            String accessKeyId,
            Password secretAccessKey,
            Password sessionToken) {
        public S3 {
            if (endpoint != null
                    && (endpoint.getHost() == null
                            || !("http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme())))) {
                throw new ConfigException(ENDPOINT, endpoint, "must be http://HOST[:PORT] or https://HOST[:PORT]");
            }
            if ((accessKeyId == null) != (secretAccessKey == null)) {
                throw new ConfigException("Set both of " + ACCESS_KEY + " and " + SECRET_KEY
                        + ", or none to use the AWS" + " SDK's default chain; only one is set");
            }
        }
    }

    private static final String ENDPOINT = "store.s3.endpoint";
    private static final String REGION = "store.s3.region";
    private static final String PATH_STYLE = "store.s3.path.style";
    private static final String ACCESS_KEY = "store.s3.access.key.id";
    private static final String SECRET_KEY = "store.s3.secret.access.key";
    private static final String SESSION_TOKEN = "store.s3.session.token";
    private static final String CONNECT_TIMEOUT = "store.connect.timeout.ms";
    private static final String REQUEST_TIMEOUT = "store.request.timeout.ms";
    private static final String ATTEMPTS = "store.request.attempts";
    private static final String PATIENCE = "store.unavailable.timeout.ms";

    /** The keys, with types, defaults and documentation. */
    public static final ConfigDef CONFIG = new ConfigDef()
            .define(
                    ENDPOINT,
                    ConfigDef.Type.STRING,
                    null,
                    Importance.HIGH,
                    "URL of an S3-compatible store; none: Amazon S3 in the region. s3: URIs lead there and nowhere else:"
                            + " redirects are not followed.")
            .define(
                    REGION,
                    ConfigDef.Type.STRING,
                    null,
                    Importance.MEDIUM,
                    "Region of the S3 store; none: what the AWS SDK finds in its environment, or else us-east-1.")
            .define(
                    PATH_STYLE,
                    ConfigDef.Type.BOOLEAN,
                    false,
                    Importance.MEDIUM,
                    "Whether the bucket stands in the path of the URL (most S3-compatible stores) or in its host.")
            .define(
                    ACCESS_KEY,
                    ConfigDef.Type.STRING,
                    null,
                    Importance.HIGH,
                    "Access key of the S3 store; none: the AWS SDK's default chain (environment, profile, container,"
                            + " instance).")
            .define(
                    SECRET_KEY,
                    ConfigDef.Type.PASSWORD,
                    null,
                    Importance.HIGH,
                    "Secret of the access key; keep it out of files with a Kafka ConfigProvider (config.providers).")
            .define(
                    SESSION_TOKEN,
                    ConfigDef.Type.PASSWORD,
                    null,
                    Importance.LOW,
                    "Session token of temporary S3 credentials.")
            .define(
                    CONNECT_TIMEOUT,
                    ConfigDef.Type.LONG,
                    5_000L,
                    Range.between(1, 600_000),
                    Importance.LOW,
                    "Longest wait for a connection to a store.")
            .define(
                    REQUEST_TIMEOUT,
                    ConfigDef.Type.LONG,
                    30_000L,
                    Range.between(1, 3_600_000),
                    Importance.LOW,
                    "Longest attempt of one request to a store, with all of its bytes.")
            .define(
                    ATTEMPTS,
                    ConfigDef.Type.INT,
                    3,
                    Range.between(1, 20),
                    Importance.LOW,
                    "How often a request to a store is tried before the store counts as out of reach.")
            .define(
                    PATIENCE,
                    ConfigDef.Type.LONG,
                    60_000L,
                    Range.between(0, 86_400_000),
                    Importance.MEDIUM,
                    "How long a store that is out of reach is waited for, with growing pauses, before what needs it"
                            + " fails.");

    /**
     * Reads the configuration. Values like <code>${file:/run/secrets/s3.properties:secret}</code> are looked up by the
     * providers that {@code config.providers} names.
     *
     * @throws ConfigException if a value is not of its type or out of range
     */
    public static StoreConfig from(Map<String, String> settings) {
        AbstractConfig values = new AbstractConfig(CONFIG, settings, false);
        String endpoint = values.getString(ENDPOINT);
        return new StoreConfig(
                new S3(
                        endpoint == null ? null : uri(endpoint),
                        values.getString(REGION),
                        values.getBoolean(PATH_STYLE),
                        values.getString(ACCESS_KEY),
                        values.getPassword(SECRET_KEY),
                        values.getPassword(SESSION_TOKEN)),
                Duration.ofMillis(values.getLong(CONNECT_TIMEOUT)),
                Duration.ofMillis(values.getLong(REQUEST_TIMEOUT)),
                values.getInt(ATTEMPTS),
                Duration.ofMillis(values.getLong(PATIENCE)));
    }

    private static URI uri(String endpoint) {
        try {
            return URI.create(endpoint);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(ENDPOINT, endpoint, "is no URI");
        }
    }
}
