// SPDX-License-Identifier: Apache-2.0
#include "report/redact.hpp"

#include <algorithm>
#include <array>

#include "finding/fingerprint.hpp"

namespace wayout::report {

namespace {

/// A name that ends in one of these promises a credential as its value.
constexpr std::array<std::string_view, 15> kSecretNames = {
    "password",   "passwd",      "passphrase", "pwd",        "secret",
    "token",      "apikey",      "accesskey",  "secretkey",  "privatekey",
    "credential", "credentials", "auth",       "signingkey", "encryptionkey"};
/// Starts of credentials that say themselves what they are.
constexpr std::array<std::string_view, 16> kPrefixes = {
    "AKIA",  "ASIA",     "ghp_",     "gho_", "ghs_", "github_pat_", "glpat-", "xoxb-",
    "xoxp-", "sk_live_", "rk_live_", "AIza", "eyJ",  "npm_",        "SG.",    "dckr_pat_"};

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.';
}

bool is_value_end(char c) {
  return c == ' ' || c == '\t' || c == '"' || c == '\'' || c == ',' || c == '}' || c == ']' ||
         c == '&' || c == ';';
}

std::string mask(std::string_view value) {
  if (value.size() < 12) return "[redacted]";
  const std::string digest = finding::hex(finding::Fingerprint().add(value).value());
  return "[redacted …" + std::string(value.substr(value.size() - 4)) + " #" + digest.substr(0, 4) +
         "]";
}

bool promises_secret(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    if (c == '_' || c == '-' || c == '.') continue;
    plain += static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
  }
  return std::any_of(kSecretNames.begin(), kSecretNames.end(),
                     [&](std::string_view end) { return plain.ends_with(end); });
}

/// References, flags, numbers and paths are no credentials.
bool is_harmless(std::string_view value) {
  if (value.empty() || value == "true" || value == "false" || value == "null") return true;
  if (value.front() == '/' || value.front() == '{' || value.front() == '[') return true;
  return value.starts_with("${") || value.starts_with("$(");
}

/// Where the value that starts at `begin` ends: at its closing quote or at white space.
std::size_t value_end(std::string_view line, std::size_t begin, char quote) {
  std::size_t end = begin;
  while (end < line.size() && (quote != 0 ? line[end] != quote : !is_value_end(line[end]))) ++end;
  return end;
}

/// The credential in a `NAME=value`, `name: value`, `"name": "value"` or `--name value` at `at`,
/// where `at` is just behind a name: its begin and end, or nothing.
bool named_value(std::string_view line, std::size_t at, std::size_t& begin, std::size_t& end) {
  std::size_t i = at;
  if (i < line.size() && (line[i] == '"' || line[i] == '\'')) ++i;
  while (i < line.size() && (line[i] == ' ' || line[i] == '\t')) ++i;
  if (i >= line.size() || (line[i] != '=' && line[i] != ':')) {
    if (i == at || line.substr(0, at).find("--") == std::string_view::npos) return false;
  } else {
    ++i;
  }
  while (i < line.size() && (line[i] == ' ' || line[i] == '\t')) ++i;
  char quote = 0;
  if (i < line.size() && (line[i] == '"' || line[i] == '\'')) quote = line[i++];
  begin = i;
  end = value_end(line, i, quote);
  return end > begin && !is_harmless(line.substr(begin, end - begin));
}

/// `scheme://user:PASSWORD@host`: the password's begin and end.
bool url_password(std::string_view line, std::size_t at, std::size_t& begin, std::size_t& end) {
  if (line.substr(at, 3) != "://") return false;
  std::size_t stop = at + 3;
  while (stop < line.size() && !is_value_end(line[stop]) && line[stop] != '/') ++stop;
  const std::string_view authority = line.substr(at + 3, stop - at - 3);
  const auto host = authority.rfind('@');
  const auto colon = authority.find(':');
  if (host == std::string_view::npos || colon == std::string_view::npos || colon > host) {
    return false;
  }
  begin = at + 3 + colon + 1;
  end = at + 3 + host;
  return end > begin && !is_harmless(line.substr(begin, end - begin));
}

bool known_prefix(std::string_view word) {
  return word.size() >= 16 && std::any_of(kPrefixes.begin(), kPrefixes.end(),
                                          [&](std::string_view p) { return word.starts_with(p); });
}

std::string redact_shapes(std::string_view line) {
  std::string out;
  std::size_t copied = 0;
  const auto hide = [&](std::size_t begin, std::size_t end) {
    out.append(line.substr(copied, begin - copied));
    out += mask(line.substr(begin, end - begin));
    copied = end;
  };
  for (std::size_t i = 0; i < line.size();) {
    std::size_t begin = 0, end = 0;
    if (url_password(line, i, begin, end)) {
      hide(begin, end);
      i = end;
      continue;
    }
    if (!is_word(line[i])) {
      ++i;
      continue;
    }
    std::size_t stop = i;
    while (stop < line.size() && is_word(line[stop])) ++stop;
    const std::string_view word = line.substr(i, stop - i);
    if (known_prefix(word)) {
      hide(i, stop);
    } else if (promises_secret(word) && named_value(line, stop, begin, end)) {
      hide(begin, end);
      stop = end;
    }
    i = stop;
  }
  out.append(line.substr(copied));
  return out;
}

}  // namespace

std::string redact(std::string_view line, bool holds_secret) {
  const auto pem = line.find("-----BEGIN ");
  if (pem != std::string_view::npos) return std::string(line.substr(0, pem)) + "[redacted]";
  if (!holds_secret) return redact_shapes(line);
  const auto separator = line.find_first_of("=:");
  if (separator == std::string_view::npos) return "[redacted]";
  std::size_t value = separator + 1;
  while (value < line.size() && line[value] == ' ') ++value;
  if (value == line.size()) return std::string(line);
  return std::string(line.substr(0, value)) + "[redacted]";
}

}  // namespace wayout::report
