package dev.semantica.store;

import dev.semantica.store.ObjectStoreException.Reason;
import java.net.URI;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkServiceException;

/** Says what a failure of the AWS SDK's client means. */
final class S3Failures {

    private S3Failures() {}

    static ObjectStoreException explain(Exception e, URI uri) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof ObjectStoreException known) {
                return known;
            }
        }
        if (e instanceof SdkServiceException answer) {
            return explain(answer, uri);
        }
        if (e instanceof AbortedException) {
            Thread.currentThread().interrupt();
            return new ObjectStoreException(Reason.UNAVAILABLE, uri + ": interrupted while waiting for the store", e);
        }
        String message = String.valueOf(e.getMessage());
        if (message.startsWith("Unable to load credentials")) {
            return new ObjectStoreException(
                    Reason.DENIED,
                    uri + ": no credentials were found; set store.s3.access.key.id and"
                            + " store.s3.secret.access.key, or what the AWS SDK's default chain looks for",
                    e);
        }
        return new ObjectStoreException(Reason.UNAVAILABLE, uri + ": the store does not answer: " + message, e);
    }

    private static ObjectStoreException explain(SdkServiceException e, URI uri) {
        String code = e instanceof AwsServiceException aws && aws.awsErrorDetails() != null
                ? String.valueOf(aws.awsErrorDetails().errorCode())
                : "";
        String said = " (HTTP " + e.statusCode() + (code.isEmpty() ? "" : " " + code) + ")";
        switch (code) {
            case "BadDigest", "XAmzContentSHA256Mismatch", "InvalidDigest" -> {
                return new ObjectStoreException(
                        Reason.DIGEST_MISMATCH, uri + ": the store received other bytes than were sent" + said, e);
            }
            case "EntityTooLarge", "MaxMessageLengthExceeded" -> {
                return new ObjectStoreException(Reason.TOO_LARGE, uri + " is too large for the store" + said, e);
            }
            case "NoSuchBucket" -> {
                return new ObjectStoreException(
                        Reason.NOT_FOUND, uri + ": there is no such bucket; create it" + said, e);
            }
            case "ExpiredToken", "InvalidToken", "InvalidAccessKeyId", "SignatureDoesNotMatch" -> {
                return denied(e, uri, said);
            }
            case "RequestTimeout", "SlowDown", "InternalError", "ServiceUnavailable", "OperationAborted" -> {
                return unavailable(e, uri, said);
            }
            default -> {
                return byStatus(e, uri, said);
            }
        }
    }

    private static ObjectStoreException byStatus(SdkServiceException e, URI uri, String said) {
        int status = e.statusCode();
        if (status == 404 || status == 410) {
            return new ObjectStoreException(Reason.NOT_FOUND, uri + " does not exist" + said, e);
        }
        if (status == 401 || status == 403) {
            return denied(e, uri, said);
        }
        if (status >= 300 && status < 400) {
            return new ObjectStoreException(
                    Reason.INVALID,
                    uri + ": the store points to another place, and redirects are not followed" + said
                            + "; set store.s3.region and store.s3.endpoint to where the bucket is",
                    e);
        }
        if (status >= 500 || status == 408 || status == 429) {
            return unavailable(e, uri, said);
        }
        return new ObjectStoreException(
                Reason.INVALID, uri + ": the store does not accept the request" + said + ": " + e.getMessage(), e);
    }

    private static ObjectStoreException denied(SdkServiceException e, URI uri, String said) {
        return new ObjectStoreException(
                Reason.DENIED,
                uri + ": the store refuses access" + said + "; check the credentials and the bucket's policy",
                e);
    }

    private static ObjectStoreException unavailable(SdkServiceException e, URI uri, String said) {
        return new ObjectStoreException(Reason.UNAVAILABLE, uri + ": the store cannot answer now" + said, e);
    }
}
