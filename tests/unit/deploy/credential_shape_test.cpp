// SPDX-License-Identifier: Apache-2.0
#include "deploy/credential_shape.hpp"

#include <string>

#include <gtest/gtest.h>

namespace wayout::deploy {
namespace {

struct Case {
  std::string name;
  std::string value;
  std::string_view kind;
};

class CredentialShape : public testing::TestWithParam<Case> {};

TEST_P(CredentialShape, IsJudged) {
  const Case& c = GetParam();
  EXPECT_EQ(name_of(credential_kind(c.name, c.value)), c.kind) << c.name << "=" << c.value;
}

// Vendor shapes are put together here so that no scanner takes this file for a leak.
const std::string kHex40 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b";
const std::string kAwsId = std::string("AKIA") + "QYLPMN5HJK2RTUVW";

INSTANTIATE_TEST_SUITE_P(
    Positives, CredentialShape,
    testing::Values(
        Case{"MYSQL_ROOT_PASSWORD", "hunter2", "password"}, Case{"PGPASSWORD", "p", "password"},
        Case{"MYSQL_ROOT_PASSWORD", "example", "password"},
        Case{"POSTGRES_PASSWORD", "postgres", "password"}, Case{"DB_PASS", "s3cr3t", "password"},
        Case{"MYSQL_PWD", "letmein", "password"}, Case{"DBPASS", "abc", "password"},
        Case{"dbPassword", "abc123", "password"},
        Case{"spring.datasource.password", "x1", "password"},
        Case{"ADMIN_PW", "qwerty", "password"}, Case{"KEY_PASSPHRASE", "open sesame", "password"},
        Case{"PASSWORD", "123456", "password"}, Case{"REDISCLI_AUTH", "foobared", "password"},
        Case{"NEO4J_AUTH", "neo4j/graphs", "password"}, Case{"PASSWORD", "pa$word", "password"},
        Case{"TLS_KEYSTORE_PASSWORD", "storepw", "password"},
        Case{"SECRET_KEY", "django-insecure-3k2j4h5", "api-key"},
        Case{"DJANGO_SECRET_KEY", "mysecretkey", "api-key"},
        Case{"SECRET_KEY_BASE", kHex40, "api-key"}, Case{"clientSecret", "8s9d7f98sd", "api-key"},
        Case{"CLIENTSECRET", "8s9d7f98sd", "api-key"}, Case{"API_KEY", "abcdef123", "api-key"},
        Case{"STRIPE_APIKEY", "k3y-abcdef", "api-key"}, Case{"ENCRYPTION_KEY", kHex40, "api-key"},
        Case{"APP_KEY", "base64:c2VjcmV0a2V5c2VjcmV0a2V5MTIz", "api-key"},
        Case{"RABBITMQ_ERLANG_COOKIE", "SWQOKODSQALRPCLNMEQG", "api-key"},
        Case{"JWT_SECRET", "2x7fjq-99", "api-key"}, Case{"NPM_TOKEN", "1f2e3d4c-5b6a", "token"},
        Case{"authToken", kHex40, "token"},
        Case{"AWS_SECRET_ACCESS_KEY", "q8sJ2+hT/4kfLmN0pQrStUvWxYz1234567890abc", "cloud-key"},
        Case{"AWS_SESSION_TOKEN", kHex40 + "abcdef", "cloud-key"},
        Case{"ANYTHING", kAwsId, "cloud-key"},
        Case{"X", std::string("ghp_") + std::string(36, 'a'), "token"},
        Case{"X", std::string("glpat-") + std::string(20, 'b'), "token"},
        Case{"X", std::string("sk_live_") + std::string(24, '7'), "api-key"},
        Case{"CERT", std::string("-----BEGIN RSA ") + "PRIVATE KEY-----\nMIIE", "private-key"},
        Case{"DATABASE_URL", "postgres://app:pw@db:5432/app", "connection-string"},
        Case{"BROKER", "amqp://guest:guest@mq/", "connection-string"},
        Case{"CACHE", "redis://:s3cret@redis:6379/0", "connection-string"},
        Case{"ConnectionStrings__Db", "Server=db;User=sa;Password=Yukon900;", "connection-string"},
        Case{"STORE", "AccountName=a;AccountKey=Eby8vdM02xNOcqFlqUwJ==", "connection-string"}));

INSTANTIATE_TEST_SUITE_P(
    Negatives, CredentialShape,
    testing::Values(Case{"", "", "none"}, Case{"DB_PASSWORD", "", "none"},
                    Case{"DB_PASSWORD", "  ", "none"}, Case{"PATH", "/usr/bin", "none"},
                    Case{"PWD", "/app", "none"}, Case{"OLDPWD", "/x", "none"},
                    Case{"LANG", "C.UTF-8", "none"}, Case{"GPG_KEY", kHex40, "none"},
                    Case{"PYTHON_PIP_VERSION", "22.0", "none"}, Case{"SHA256", kHex40, "none"},
                    Case{"POSTGRES_USER", "postgres", "none"},
                    Case{"POSTGRES_DB", "passwords", "none"}));

INSTANTIATE_TEST_SUITE_P(
    NearMisses, CredentialShape,
    testing::Values(
        Case{"POSTGRES_PASSWORD_FILE", "/run/secrets/pg", "none"},
        Case{"POSTGRES_PASSWORD_FILE", "pg", "none"},
        Case{"DB_PASSWORD", "/run/secrets/pg", "none"}, Case{"DB_PASSWORD", "${PW}", "none"},
        Case{"DB_PASSWORD", "${PW:-x}", "none"}, Case{"DB_PASSWORD", "$DB_PW", "none"},
        Case{"DB_PASSWORD", "{{ .Values.pw }}", "none"}, Case{"DB_PASSWORD", "<password>", "none"},
        Case{"DB_PASSWORD", "changeme", "none"}, Case{"DB_PASSWORD", "CHANGE_ME", "none"},
        Case{"DB_PASSWORD", "your-password-here", "none"}, Case{"DB_PASSWORD", "xxxx", "none"},
        Case{"DB_PASSWORD", "********", "none"}, Case{"DB_PASSWORD", "yourpassword", "none"},
        Case{"MYSQL_ALLOW_EMPTY_PASSWORD", "yes", "none"},
        Case{"MYSQL_RANDOM_ROOT_PASSWORD", "1", "none"},
        Case{"ALLOW_EMPTY_PASSWORD", "sometimes", "none"}, Case{"BYPASS", "abc", "none"},
        Case{"PASSWORD_MIN_LENGTH", "12", "none"}, Case{"PASSWORD_AUTHENTICATION", "no", "none"},
        Case{"TOKEN_TTL", "3600", "none"}, Case{"MAX_TOKENS", "4096", "none"},
        Case{"MAX_TOKEN", "40960000000000", "none"}, Case{"TOKEN", "test", "none"},
        Case{"API_TOKEN", "secret", "none"}, Case{"TOKEN_URL", "https://id/token", "none"},
        Case{"OAUTH_TOKEN", "https://id/token", "none"}, Case{"TOKENIZER", "wordpiece-1", "none"},
        Case{"SECRET_NAME", "prod-database", "none"}, Case{"TLS_SECRET", "web-tls-cert", "none"},
        Case{"SECRETS", "a,b,c,d,e", "none"}, Case{"VAULT_SECRET", "secret/data/app/db", "none"},
        Case{"API_SECRET", "arn:aws:secretsmanager:eu-west-1:1:secret:x", "none"},
        Case{"API_KEY", "op://vault/item/field", "none"}, Case{"SIGNING_KEY", "primary", "none"},
        Case{"MINIO_ACCESS_KEY", "minioadmin", "none"}, Case{"PUBLIC_KEY", kHex40, "none"},
        Case{"PUBLIC_API_KEY", kHex40, "none"}, Case{"AWS_ACCESS_KEY_ID", "somebody", "none"},
        Case{"AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE", "none"},
        Case{"AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "none"},
        Case{"DATABASE_URL", "postgres://db:5432/app", "none"},
        Case{"DATABASE_URL", "postgres://app@db/app", "none"},
        Case{"DATABASE_URL", "postgres://app:${PW}@db/app", "none"},
        Case{"DATABASE_URL", "postgres://app:<pw>@db/app", "none"},
        Case{"SENTRY_DSN", "https://abc123@sentry.example/1", "none"},
        Case{"URL", "http://host:8080/a@b", "none"}, Case{"NEO4J_AUTH", "none", "none"},
        Case{"GOOGLE_APPLICATION_CREDENTIALS", "/var/key.json", "none"},
        Case{"DJANGO_SETTINGS_MODULE", "app.settings", "none"},
        Case{"CERT", "-----BEGIN CERTIFICATE-----\nMIIE", "none"},
        Case{"X", std::string("ghp_") + std::string(36, 'x'), "none"}));

TEST(CredentialNamed, JudgesTheNameAlone) {
  EXPECT_EQ(credential_named("NPM_TOKEN"), CredentialKind::kToken);
  EXPECT_EQ(credential_named("DB_PASSWORD"), CredentialKind::kPassword);
  EXPECT_EQ(credential_named("DB_PASSWORD_FILE"), CredentialKind::kNone);
  EXPECT_EQ(credential_named("VERSION"), CredentialKind::kNone);
}

}  // namespace
}  // namespace wayout::deploy
