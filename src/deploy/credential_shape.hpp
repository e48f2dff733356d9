// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace wayout::deploy {

/// What a named value appears to be. Judged from its name and shape alone, never looked up.
enum class CredentialKind : std::uint8_t {
  kNone,
  kPassword,
  kToken,             ///< bearer, session or access tokens
  kApiKey,            ///< API, signing and encryption keys, shared secrets
  kPrivateKey,        ///< PEM blocks
  kCloudKey,          ///< keys of a cloud account
  kConnectionString,  ///< a URL or DSN with a password in it
};

/// `password`, `token`, `api-key`, `private-key`, `cloud-key`, `connection-string` or `none`.
std::string_view name_of(CredentialKind kind);

/// What the literal `value` of a variable `name` is. kNone for empty values, placeholders
/// (`<token>`, `changeme`), references (`${X}`, `{{ x }}`, ARNs, paths of files, vault paths) and
/// names that speak of a credential without holding one (`DB_PASSWORD_FILE`, `TOKEN_TTL`). A weak
/// password such as `example` is a password all the same: the service runs with it.
CredentialKind credential_kind(std::string_view name, std::string_view value);

inline bool looks_like_credential(std::string_view name, std::string_view value) {
  return credential_kind(name, value) != CredentialKind::kNone;
}

/// What a variable of this name would hold, were a value given: for `ARG NPM_TOKEN`.
CredentialKind credential_named(std::string_view name);

}  // namespace wayout::deploy
