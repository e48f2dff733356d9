// SPDX-License-Identifier: Apache-2.0
#include "reason/atom_parser.hpp"

#include <array>
#include <optional>

#include "base/nearest.hpp"
#include "reason/builtins.hpp"

namespace wayout::reason {

namespace {

using base::ErrorCode;
using base::fail;
using base::Result;

// Variables of one rule; far above what a person writes, and it keeps indices in 16 bits.
constexpr std::size_t kMaxVariables = 256;

bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

std::vector<std::string_view> call_names() {
  std::vector<std::string_view> names;
  for (const auto& relation : fact::kRelations) names.push_back(relation.name);
  for (const auto& builtin : builtins()) {
    if (builtin.is_call) names.push_back(builtin.name);
  }
  return names;
}

class AtomParser {
 public:
  AtomParser(const text::NodeRef& node, std::vector<std::string>& variables)
      : node_(node), text_(node.scalar()), variables_(variables) {}

  Result<Atom> atom();
  Result<std::uint16_t> lone_variable();

 private:
  Result<Atom> comparison();
  Result<Atom> call(bool negated);
  Result<Atom> resolve(std::string_view name, std::size_t name_at, bool negated,
                       std::vector<Term> terms);
  Result<std::vector<Term>> arguments();
  Result<Term> term();
  Result<Term> constant();
  Result<Term> variable();

  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n')) {
      ++at_;
    }
  }
  bool take(std::string_view token) {
    skip_space();
    if (text_.substr(at_, token.size()) != token) return false;
    at_ += token.size();
    return true;
  }
  std::string_view name() {
    skip_space();
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_name_char(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }
  bool at_end() {
    skip_space();
    return at_ == text_.size();
  }
  tl::unexpected<base::Error> wrong(std::string message, std::string hint, std::size_t at,
                                    std::size_t length = 1) const {
    return fail(ErrorCode::kSyntax, std::move(message), std::move(hint),
                span_within(node_, at, length));
  }
  /// A flow sequence cuts `a(?x, ?y)` at the comma; YAML then hands over `a(?x`.
  std::string cut_hint(std::string otherwise) const {
    if (node_.style() == text::ScalarStyle::kPlain && text_.find('(') != text_.npos &&
        text_.find(')') == text_.npos) {
      return "put the atom in single quotes: inside [ ] a comma ends the item";
    }
    return otherwise;
  }

  const text::NodeRef& node_;
  std::string_view text_;
  std::vector<std::string>& variables_;
  std::size_t at_ = 0;
};

Result<Term> AtomParser::variable() {
  const std::size_t begin = at_++;  // the '?'
  const std::size_t from = at_;
  while (at_ < text_.size() && is_name_char(text_[at_])) ++at_;
  if (at_ == from) return wrong("a variable needs a name", "write ?name", begin);
  Term result;
  result.kind = Term::Kind::kVariable;
  result.variable = variable_index(text_.substr(from, at_ - from), variables_);
  if (variables_.size() > kMaxVariables) {
    return fail(ErrorCode::kLimit,
                "more than " + std::to_string(kMaxVariables) + " variables in one rule",
                "split the rule", span_within(node_, begin, at_ - begin));
  }
  return result;
}

Result<Term> AtomParser::constant() {
  const std::size_t begin = at_++;
  Term result;
  result.kind = Term::Kind::kConstant;
  for (; at_ < text_.size(); ++at_) {
    const char c = text_[at_];
    if (c == '"') {
      ++at_;
      return result;
    }
    if (c == '\\' && at_ + 1 < text_.size()) ++at_;
    result.constant += text_[at_];
  }
  return wrong("the constant has no closing quote", cut_hint("close it with \""), begin,
               text_.size() - begin);
}

Result<Term> AtomParser::term() {
  skip_space();
  if (at_ == text_.size()) {
    return wrong("a term is missing", cut_hint("write ?variable, \"constant\" or _"), at_);
  }
  const char c = text_[at_];
  if (c == '?') return variable();
  if (c == '"') return constant();
  const std::size_t begin = at_;
  const std::string_view word = name();
  if (word == "_") return Term{};
  if (word.empty()) {
    return wrong("expected a term", "write ?variable, \"constant\" or _", begin);
  }
  return wrong("'" + std::string(word) + "' is no term",
               "write ?" + std::string(word) + " for a variable or \"" + std::string(word) +
                   "\" for a constant",
               begin, word.size());
}

Result<std::vector<Term>> AtomParser::arguments() {
  std::vector<Term> terms;
  if (take(")")) return terms;
  while (true) {
    auto next = term();
    if (!next) return fail(std::move(next).error());
    terms.push_back(std::move(*next));
    if (take(")")) return terms;
    if (!take(",")) {
      return wrong("expected ',' or ')'", cut_hint("separate terms by commas"), at_);
    }
    if (terms.size() > fact::kMaxArity) {
      return wrong("too many terms", "no relation has more than 8 columns", at_);
    }
  }
}

Result<Atom> AtomParser::resolve(std::string_view name, std::size_t name_at, bool negated,
                                 std::vector<Term> terms) {
  Atom atom;
  atom.span = span_within(node_, 0, text_.size());
  std::size_t arity = 0;
  if (const auto relation = fact::relation_named(name)) {
    atom.kind = negated ? Atom::Kind::kNegated : Atom::Kind::kRelation;
    atom.relation = *relation;
    arity = fact::info(*relation).arity;
  } else if (const auto* builtin = builtin_named(name)) {
    if (negated) {
      return wrong("'not' before the built-in '" + std::string(name) + "'",
                   "negate relations only; for equality write !=", 0, text_.size());
    }
    atom.kind = Atom::Kind::kBuiltin;
    atom.builtin = builtin->builtin;
    arity = 2;
  } else {
    return wrong("unknown relation '" + std::string(name) + "'",
                 base::did_you_mean(name, call_names(), "relations stand in docs/vocabulary.md"),
                 name_at, name.size());
  }
  if (terms.size() != arity) {
    std::string columns;
    if (atom.kind == Atom::Kind::kBuiltin) {
      columns = builtin_named(name)->usage;
    } else {
      const auto& info = fact::info(atom.relation);
      columns = std::string(name) + "(";
      for (std::size_t i = 0; i < arity; ++i) {
        columns += (i == 0 ? "" : ", ") + std::string(info.columns[i]);
      }
      columns += ")";
    }
    return wrong("'" + std::string(name) + "' takes " + std::to_string(arity) +
                     (arity == 1 ? " term, not " : " terms, not ") + std::to_string(terms.size()),
                 "its form is " + columns, name_at, text_.size() - name_at);
  }
  atom.terms = std::move(terms);
  return atom;
}

Result<Atom> AtomParser::call(bool negated) {
  skip_space();
  const std::size_t begin = at_;
  const std::string_view called = name();
  if (called.empty()) {
    return wrong("expected an atom", "write relation(?variable, \"constant\", _)", begin);
  }
  if (!take("(")) {
    return wrong("expected '(' after '" + std::string(called) + "'",
                 "write " + std::string(called) + "(...)", at_);
  }
  auto terms = arguments();
  if (!terms) return fail(std::move(terms).error());
  const std::size_t end = at_;
  if (!at_end()) return wrong("text after the atom", "one atom per item", end, text_.size() - end);
  return resolve(called, begin, negated, std::move(*terms));
}

Result<Atom> AtomParser::comparison() {
  auto left = term();
  if (!left) return fail(std::move(left).error());
  Atom atom;
  atom.kind = Atom::Kind::kBuiltin;
  atom.span = span_within(node_, 0, text_.size());
  if (take("==")) {
    atom.builtin = Builtin::kEqual;
  } else if (take("!=")) {
    atom.builtin = Builtin::kNotEqual;
  } else {
    return wrong("expected == or !=", "compare like ?a != ?b", at_);
  }
  auto right = term();
  if (!right) return fail(std::move(right).error());
  if (!at_end()) return wrong("text after the atom", "one atom per item", at_, text_.size() - at_);
  atom.terms.push_back(std::move(*left));
  atom.terms.push_back(std::move(*right));
  return atom;
}

Result<Atom> AtomParser::atom() {
  skip_space();
  if (at_ < text_.size() && (text_[at_] == '?' || text_[at_] == '"')) return comparison();
  const std::size_t begin = at_;
  if (name() == "not" && at_ < text_.size() && text_[at_] == ' ') return call(true);
  at_ = begin;
  return call(false);
}

Result<std::uint16_t> AtomParser::lone_variable() {
  skip_space();
  if (at_ < text_.size() && text_[at_] == '?') {
    auto result = variable();
    if (!result) return fail(std::move(result).error());
    if (at_end()) return result->variable;
  }
  return wrong("expected one variable", "write ?c", 0, text_.size());
}

}  // namespace

std::uint16_t variable_index(std::string_view name, std::vector<std::string>& variables) {
  for (std::size_t i = 0; i < variables.size(); ++i) {
    if (variables[i] == name) return static_cast<std::uint16_t>(i);
  }
  variables.emplace_back(name);
  return static_cast<std::uint16_t>(variables.size() - 1);
}

base::Span span_within(const text::NodeRef& node, std::size_t offset, std::size_t length) {
  base::Span span = node.span();
  if (!node.is_scalar()) return span;
  const std::size_t quotes = node.style() == text::ScalarStyle::kPlain ? 0 : 2;
  const std::size_t size = node.scalar().size();
  // Escapes or line folds make text and file differ; then the whole scalar has to do.
  if (span.line != span.end_line || span.end - span.begin != size + quotes) return span;
  if (offset > size) offset = size;
  if (length > size - offset) length = size - offset;
  const auto shift = static_cast<std::uint32_t>(offset + quotes / 2);
  span.begin += shift;
  span.column += shift;
  span.end = span.begin + static_cast<std::uint32_t>(length);
  span.end_column = span.column + static_cast<std::uint32_t>(length);
  return span;
}

base::Result<Atom> parse_atom(const text::NodeRef& node, std::vector<std::string>& variables) {
  if (!node.is_scalar()) {
    return fail(ErrorCode::kSyntax, "expected an atom as text",
                "write relation(?variable, \"constant\"); quote it inside [ ]", node.span());
  }
  return AtomParser(node, variables).atom();
}

base::Result<std::uint16_t> parse_variable(const text::NodeRef& node,
                                           std::vector<std::string>& variables) {
  return AtomParser(node, variables).lone_variable();
}

}  // namespace wayout::reason
