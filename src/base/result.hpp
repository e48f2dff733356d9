// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>

#include <tl/expected.hpp>

#include "base/span.hpp"

namespace wayout::base {

enum class ErrorCode : std::uint8_t {
  kSyntax,       ///< the text is not what its format demands
  kLimit,        ///< a documented limit was reached
  kIo,           ///< the operating system refused
  kUsage,        ///< the caller asked for something that does not exist
  kUnsupported,  ///< well-formed, but a dialect or feature that is not read
  kInvalid,      ///< well-formed, but contradicts itself or its schema
};

/// What went wrong, where, and what to do about it. `message` is one sentence without a full stop.
struct Error {
  ErrorCode code = ErrorCode::kInvalid;
  std::string message;
  std::string hint;          ///< what to do; empty when nothing sensible can be said
  std::optional<Span> span;  ///< where, when a source file is to blame
};

/// A value or an Error. Not looking at it is a compiler warning, hence an error.
template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
};

inline tl::unexpected<Error> fail(ErrorCode code, std::string message, std::string hint = {},
                                  std::optional<Span> span = std::nullopt) {
  return tl::unexpected<Error>(Error{code, std::move(message), std::move(hint), span});
}

inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace wayout::base
