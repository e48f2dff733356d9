// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace wayout::text {

/// Offset of the first byte that is not UTF-8 (RFC 3629), or npos.
std::size_t find_invalid_utf8(std::string_view text);

/// Appends a code point, which must be no surrogate.
void put_utf8(std::string& out, std::uint32_t code);

/// A JSON text whose `\ud83d\ude00` escapes are written so that a YAML parser reads them, each
/// replaced by as many characters; empty when there is nothing to replace.
std::string with_yaml_surrogates(std::string_view json);

}  // namespace wayout::text
