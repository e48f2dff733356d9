// SPDX-License-Identifier: Apache-2.0
#include "deploy/credential_shape.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <string>
#include <vector>

// Problem: tell `DB_PASSWORD=hunter2` from `DB_PASSWORD_FILE=/run/secrets/db`, in any of the ways
// people write names. Idea: the value is looked at first, since some shapes (vendor prefixes, PEM,
// a password inside a URL) are credentials whatever their name; then the name is cut into words,
// a word that means a credential is looked for, and words around it may take the meaning away
// again; at last the value must be one that could be the real thing. Linear in the input.

namespace wayout::deploy {
namespace {

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_alnum(char c) {
  return is_upper(c) || is_lower(c) || is_digit(c);
}
char lower(char c) {
  return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

template <std::size_t N>
bool one_of(std::string_view text, const std::array<std::string_view, N>& list) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// `dbPassword`, `DB_PASSWORD` and `db.password` all become {db, password}.
std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words;
  std::string word;
  const auto flush = [&] {
    if (!word.empty()) words.push_back(std::move(word));
    word.clear();
  };
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (!is_alnum(name[i])) {
      flush();
      continue;
    }
    if (i > 0 && is_upper(name[i]) && (is_lower(name[i - 1]) || is_digit(name[i - 1])) &&
        std::any_of(name.begin(), name.end(), is_lower)) {
      flush();
    }
    word += lower(name[i]);
  }
  flush();
  return words;
}

// Words after the one that means a credential which make the name speak of something else.
constexpr auto kAfter = std::to_array<std::string_view>(
    {"file",     "files",    "path",       "paths",      "dir",       "directory", "url",
     "uri",      "endpoint", "name",       "names",      "id",        "ids",       "ttl",
     "expiry",   "expires",  "expiration", "expire",     "timeout",   "length",    "size",
     "type",     "policy",   "enabled",    "enable",     "required",  "algorithm", "alg",
     "header",   "prefix",   "suffix",     "issuer",     "audience",  "arn",       "version",
     "region",   "rotation", "count",      "min",        "max",       "limit",     "format",
     "field",    "ref",      "lifetime",   "duration",   "age",       "interval",  "seconds",
     "minutes",  "hours",    "days",       "class",      "provider",  "manager",   "store",
     "command",  "cmd",      "script",     "validators", "validator", "hasher",    "hashers",
     "hash",     "encoder",  "strength",   "regex",      "prompt",    "hint",      "authentication",
     "auth",     "login",    "change",     "mount",      "volume",    "env",       "variable",
     "backend",  "location", "scope",      "scopes",     "service",   "host",      "port",
     "username", "user",     "bytes",      "bits",       "delimiter", "separator", "cost",
     "attempts", "retries",  "generator",  "template",   "label",     "namespace", "engine",
     "exchange", "review",   "disabled",   "mode",       "source",    "parameter", "param"});

// Words before it with the same power.
constexpr auto kBefore = std::to_array<std::string_view>(
    {"allow",    "random",   "no",       "use",   "disable", "enable",  "enabled",
     "require",  "required", "skip",     "max",   "min",     "num",     "public",
     "has",      "is",       "generate", "show",  "hide",    "without", "force",
     "validate", "check",    "expired",  "empty", "count"});

// The same, for tokens and keys only: a CSRF token, the name of a TLS or image pull Secret.
constexpr auto kBeforeKey = std::to_array<std::string_view>(
    {"verify", "cookie", "csrf", "xsrf", "pad", "eos", "bos", "unk", "tls", "image", "pull"});

CredentialKind kind_of_word(const std::vector<std::string>& words, std::size_t i) {
  const std::string& word = words[i];
  const auto ends = [&](std::string_view tail) { return std::string_view(word).ends_with(tail); };
  if (contains(word, "passwordless")) return CredentialKind::kNone;
  if (contains(word, "password") || contains(word, "passwd") || contains(word, "passphrase")) {
    return CredentialKind::kPassword;
  }
  constexpr auto kOtherPass = std::to_array<std::string_view>({"bypass", "compass", "underpass"});
  if (ends("pass") && (word != "pass" || i > 0) && !one_of(word, kOtherPass)) {
    return CredentialKind::kPassword;
  }
  if ((word == "pwd" || word == "pw") && i > 0) return CredentialKind::kPassword;
  if (ends("secret")) return CredentialKind::kApiKey;
  if (ends("token")) return CredentialKind::kToken;
  if (ends("apikey") || ends("secretkey") || ends("privatekey") || ends("encryptionkey")) {
    return CredentialKind::kApiKey;
  }
  if (word == "cookie" && i > 0 && words[i - 1] == "erlang") return CredentialKind::kApiKey;
  constexpr auto kKeyOf = std::to_array<std::string_view>(
      {"api",    "private", "encryption", "signing", "master",  "auth",    "session",
       "jwt",    "hmac",    "crypto",     "cipher",  "account", "storage", "webhook",
       "deploy", "app",     "service",    "admin",   "access",  "shared"});
  if (word == "key" && i > 0 && one_of(words[i - 1], kKeyOf)) return CredentialKind::kApiKey;
  return CredentialKind::kNone;
}

/// What the name promises, and whether only a random-looking value may keep the promise.
struct Promise {
  CredentialKind kind = CredentialKind::kNone;
  bool wants_random = false;
};

Promise promise_of(std::string_view name) {
  const std::vector<std::string> words = words_of(name);
  for (std::size_t i = words.size(); i-- > 0;) {
    const CredentialKind kind = kind_of_word(words, i);
    if (kind == CredentialKind::kNone) {
      // `SECRET_KEY_BASE` goes on looking; `PASSWORD_FILE` is about a file.
      if (one_of(words[i], kAfter)) return {};
      continue;
    }
    for (std::size_t before = 0; before < i; ++before) {
      if (one_of(words[before], kBefore)) return {};
      if (kind != CredentialKind::kPassword && one_of(words[before], kBeforeKey)) return {};
    }
    Promise promise{kind, words[i] == "key" && words[i - 1] != "api"};
    const bool secret_before = std::find(words.begin(), words.begin() + static_cast<long>(i),
                                         "secret") != words.begin() + static_cast<long>(i);
    if (secret_before) promise.wants_random = false;
    if (kind != CredentialKind::kPassword && words.front() == "aws") {
      promise.kind = CredentialKind::kCloudKey;
    }
    return promise;
  }
  return {};
}

bool is_flag(const std::string& value) {
  constexpr auto kFlags = std::to_array<std::string_view>(
      {"true", "false", "yes", "no", "on",    "off", "none",     "null",    "nil",  "undefined",
       "0",    "1",     "n/a", "na", "unset", "-",   "disabled", "enabled", "\"\"", "''"});
  return one_of(value, kFlags);
}

/// Values that ask to be replaced.
bool is_placeholder(const std::string& value) {
  if (value.front() == '<' && value.back() == '>') return true;
  if (value.front() == '[' && value.back() == ']') return true;
  if (value.size() > 4 && value.starts_with("__") && value.ends_with("__")) return true;
  if (value.find_first_not_of("x*.-_# ") == std::string::npos) return true;
  std::string letters;
  std::copy_if(value.begin(), value.end(), std::back_inserter(letters), is_alnum);
  constexpr auto kAsking = std::to_array<std::string_view>(
      {"changeme", "changethis", "changeit", "replaceme", "replacethis", "placeholder", "todo",
       "fixme", "tbd", "redacted", "dummy", "fillme", "setme", "notset", "insertyour",
       "somesecret"});
  for (const std::string_view word : kAsking) {
    if (letters == word || (word.size() > 5 && letters.starts_with(word))) return true;
  }
  if (value.starts_with("your") && value.size() > 4 && !is_alnum(value[4])) return true;
  constexpr auto kYours = std::to_array<std::string_view>(
      {"yourpassword", "yoursecret", "yourtoken", "yourapikey", "yourkey"});
  for (const std::string_view word : kYours) {
    if (letters.starts_with(word)) return true;
  }
  return contains(value, "changeme") || contains(value, "change-me") ||
         contains(value, "change_me") || contains(value, "placeholder") ||
         contains(value, "your_") || contains(value, "-here") || contains(value, "_here");
}

/// Values that say where the credential is: variables, templates, files, secret stores.
bool is_reference(std::string_view value, const std::string& low) {
  if (contains(value, "${") || contains(value, "{{") || contains(value, "$(")) return true;
  if (value.front() == '$' && value.size() > 1 && (is_alnum(value[1]) || value[1] == '_') &&
      std::all_of(value.begin() + 1, value.end(), [](char c) { return is_alnum(c) || c == '_'; }) &&
      !(value.size() > 3 && is_digit(value[1]))) {
    return true;
  }
  if (value.size() > 2 && value.front() == '%' && value.back() == '%') return true;
  if (value.front() == '/' || value.starts_with("./") || value.starts_with("~/") ||
      value.starts_with("../")) {
    return true;
  }
  constexpr auto kStores = std::to_array<std::string_view>(
      {"arn:", "vault:", "op://", "sm://", "ssm:", "ssm://",
       "aws-ssm:", "secretsmanager:", "projects/", "gcp:secretmanager", "azurekeyvault:", "ref+",
       "file:", "env:", "secret://", "@microsoft.keyvault", "!ref", "!secret"});
  for (const std::string_view store : kStores) {
    if (low.starts_with(store)) return true;
  }
  // Lower-case words joined by slashes: a path in a secret store, no base64.
  return std::count(value.begin(), value.end(), '/') >= 2 && low == value &&
         std::none_of(value.begin(), value.end(), [](char c) { return c == '+' || c == '='; });
}

bool looks_random(std::string_view value) {
  if (value.size() < 16) return false;
  if (contains(value, " ") || contains(value, "://")) return false;
  const bool digits = std::any_of(value.begin(), value.end(), is_digit);
  const bool letters =
      std::any_of(value.begin(), value.end(), [](char c) { return is_upper(c) || is_lower(c); });
  return digits && letters;
}

bool all_of_range(std::string_view text, bool (*accept)(char)) {
  return std::all_of(text.begin(), text.end(), accept);
}
bool is_token_char(char c) {
  return is_alnum(c) || c == '_' || c == '-' || c == '.';
}

struct Prefix {
  std::string_view text;
  std::size_t rest;  ///< characters that must follow at least
  CredentialKind kind;
};

// Formats that vendors publish so that leaked keys can be found.
constexpr auto kPrefixes = std::to_array<Prefix>({
    {"ghp_", 36, CredentialKind::kToken},      {"gho_", 36, CredentialKind::kToken},
    {"ghu_", 36, CredentialKind::kToken},      {"ghs_", 36, CredentialKind::kToken},
    {"ghr_", 36, CredentialKind::kToken},      {"github_pat_", 40, CredentialKind::kToken},
    {"glpat-", 20, CredentialKind::kToken},    {"gldt-", 20, CredentialKind::kToken},
    {"xoxb-", 20, CredentialKind::kToken},     {"xoxp-", 20, CredentialKind::kToken},
    {"xoxa-", 20, CredentialKind::kToken},     {"xoxr-", 20, CredentialKind::kToken},
    {"xapp-", 20, CredentialKind::kToken},     {"npm_", 36, CredentialKind::kToken},
    {"dckr_pat_", 20, CredentialKind::kToken}, {"hvs.", 24, CredentialKind::kToken},
    {"pypi-AgE", 40, CredentialKind::kToken},  {"sk_live_", 16, CredentialKind::kApiKey},
    {"rk_live_", 16, CredentialKind::kApiKey}, {"sk-ant-", 20, CredentialKind::kApiKey},
    {"sk-proj-", 20, CredentialKind::kApiKey}, {"AIza", 35, CredentialKind::kApiKey},
    {"SG.", 60, CredentialKind::kApiKey},      {"dop_v1_", 64, CredentialKind::kToken},
    {"shpat_", 32, CredentialKind::kToken},
});

bool is_aws_key_id(std::string_view value) {
  if (value.size() != 20 || !(value.starts_with("AKIA") || value.starts_with("ASIA"))) return false;
  return all_of_range(value.substr(4),
                      [](char c) { return is_upper(c) || (c >= '2' && c <= '7'); });
}

/// The password of `scheme://user:password@host`, or nothing.
std::string_view url_password(std::string_view value) {
  const std::size_t scheme = value.find("://");
  if (scheme == std::string_view::npos || scheme == 0) return {};
  if (!all_of_range(value.substr(0, scheme),
                    [](char c) { return is_alnum(c) || c == '+' || c == '-' || c == '.'; })) {
    return {};
  }
  const std::string_view rest = value.substr(scheme + 3);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?# "));
  const std::size_t at = authority.rfind('@');
  if (at == std::string_view::npos) return {};
  const std::size_t colon = authority.substr(0, at).find(':');
  if (colon == std::string_view::npos) return {};
  return authority.substr(colon + 1, at - colon - 1);
}

/// The password of `Server=db;Password=x;` and of Azure's `AccountKey=x`, or nothing.
std::string_view dsn_password(std::string_view value, const std::string& low) {
  constexpr auto kFields =
      std::to_array<std::string_view>({"password=", "pwd=", "accountkey=", "sharedaccesskey="});
  for (const std::string_view field : kFields) {
    const std::size_t at = low.find(field);
    if (at == std::string::npos || at == 0) continue;
    if (value[at - 1] != ';' && value[at - 1] != ' ' && value[at - 1] != '&' &&
        value[at - 1] != '?') {
      continue;
    }
    const std::string_view rest = value.substr(at + field.size());
    return rest.substr(0, rest.find_first_of("; &"));
  }
  return {};
}

bool is_literal(std::string_view value) {
  if (value.empty()) return false;
  const std::string low = lowered(value);
  return !is_flag(low) && !is_placeholder(low) && !is_reference(value, low);
}

CredentialKind kind_by_shape(std::string_view value, const std::string& low) {
  if (is_aws_key_id(value)) {
    return contains(low, "example") ? CredentialKind::kNone : CredentialKind::kCloudKey;
  }
  if (contains(value, "-----BEGIN") && contains(value, "PRIVATE KEY-----")) {
    return CredentialKind::kPrivateKey;
  }
  for (const Prefix& prefix : kPrefixes) {
    if (value.starts_with(prefix.text) && value.size() >= prefix.text.size() + prefix.rest &&
        all_of_range(value, is_token_char) && !contains(low, "example") &&
        !contains(low, "xxxxx")) {
      return prefix.kind;
    }
  }
  std::string_view password = url_password(value);
  if (password.empty()) password = dsn_password(value, low);
  return is_literal(password) ? CredentialKind::kConnectionString : CredentialKind::kNone;
}

std::string_view trimmed(std::string_view value) {
  const auto space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!value.empty() && space(value.front())) value.remove_prefix(1);
  while (!value.empty() && space(value.back())) value.remove_suffix(1);
  return value;
}

/// Whether `value` may be the real thing under a name that promises a credential.
bool may_be_real(const Promise& promise, std::string_view value, const std::string& low) {
  if (!is_literal(value)) return false;
  if (contains(value, "://")) return false;
  if (promise.kind == CredentialKind::kPassword) return true;
  // A token or key is made by a machine: short words stand for one in examples and tests.
  if (contains(low, "example")) return false;
  if (promise.wants_random || promise.kind == CredentialKind::kCloudKey) {
    return looks_random(value);
  }
  if (value.size() < 6 || contains(value, " ")) return false;
  if (all_of_range(value, is_digit)) return value.size() >= 12;
  constexpr auto kWords = std::to_array<std::string_view>(
      {"secret", "token", "default", "development", "testing", "sample", "string", "bearer",
       "cookie", "generated", "optional", "required", "kubernetes", "apikey"});
  return !one_of(low, kWords);
}

}  // namespace

std::string_view name_of(CredentialKind kind) {
  switch (kind) {
    case CredentialKind::kNone:
      return "none";
    case CredentialKind::kPassword:
      return "password";
    case CredentialKind::kToken:
      return "token";
    case CredentialKind::kApiKey:
      return "api-key";
    case CredentialKind::kPrivateKey:
      return "private-key";
    case CredentialKind::kCloudKey:
      return "cloud-key";
    case CredentialKind::kConnectionString:
      return "connection-string";
  }
  return "none";
}

CredentialKind credential_named(std::string_view name) {
  return promise_of(name).kind;
}

CredentialKind credential_kind(std::string_view name, std::string_view value) {
  value = trimmed(value);
  if (value.empty()) return CredentialKind::kNone;
  const std::string low = lowered(value);
  if (const CredentialKind kind = kind_by_shape(value, low); kind != CredentialKind::kNone) {
    return kind;
  }
  // redis-cli and Neo4j say `auth` where others say `password`.
  if (name == "REDISCLI_AUTH" && is_literal(value)) return CredentialKind::kPassword;
  if (name == "NEO4J_AUTH") {
    const std::size_t slash = value.find('/');
    const bool literal = slash != std::string_view::npos && is_literal(value.substr(slash + 1));
    return literal ? CredentialKind::kPassword : CredentialKind::kNone;
  }
  const Promise promise = promise_of(name);
  if (promise.kind == CredentialKind::kNone) return CredentialKind::kNone;
  return may_be_real(promise, value, low) ? promise.kind : CredentialKind::kNone;
}

}  // namespace wayout::deploy
