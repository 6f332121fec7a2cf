package dev.semantica.store;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** Makes the AWS SDK's client out of the configuration. */
final class S3Clients {

    private S3Clients() {}

    static S3Client open(StoreConfig config) {
        StoreConfig.S3 s3 = config.s3();
        S3ClientBuilder builder = S3Client.builder()
                .region(region(s3))
                .credentialsProvider(credentials(s3))
                .forcePathStyle(s3.pathStyle())
                .crossRegionAccessEnabled(false)
                // Stores that only resemble S3 know no checksums but SHA-256, which every put carries anyway.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .httpClientBuilder(Apache5HttpClient.builder()
                        .connectionTimeout(config.connectTimeout())
                        .socketTimeout(config.requestTimeout()))
                .overrideConfiguration(override -> override.apiCallAttemptTimeout(config.requestTimeout())
                        .retryStrategy(retry -> retry.maxAttempts(config.attempts())));
        if (s3.endpoint() != null) {
            builder.endpointOverride(s3.endpoint());
        }
        return builder.build();
    }

    private static Region region(StoreConfig.S3 s3) {
        if (s3.region() != null) {
            return Region.of(s3.region());
        }
        try {
            return new DefaultAwsRegionProviderChain().getRegion();
        } catch (SdkClientException e) {
            return Region.US_EAST_1;
        }
    }

    private static AwsCredentialsProvider credentials(StoreConfig.S3 s3) {
        if (s3.accessKeyId() == null) {
            return DefaultCredentialsProvider.builder().build();
        }
        AwsCredentials credentials = s3.sessionToken() == null
                ? AwsBasicCredentials.create(
                        s3.accessKeyId(), s3.secretAccessKey().value())
                : AwsSessionCredentials.create(
                        s3.accessKeyId(),
                        s3.secretAccessKey().value(),
                        s3.sessionToken().value());
        return StaticCredentialsProvider.create(credentials);
    }
}
