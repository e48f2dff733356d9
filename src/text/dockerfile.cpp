// SPDX-License-Identifier: Apache-2.0
// Lines become instructions, instructions become stages. Variables follow BuildKit: an instruction
// sees the values from before it; ENV wins over ARG of the same name; a stage sees what the stage
// below it defined; a global ARG is seen by FROM, and in a stage only after `ARG name` repeats it.
#include "text/dockerfile.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <map>

#include "text/dockerfile_lines.hpp"
#include "text/dockerfile_words.hpp"

namespace wayout::text {
namespace {

using base::ErrorCode;
using base::FileId;
using base::Limits;
using base::Result;
using base::Span;

constexpr std::size_t kMaxStages = 1000;
// Stages below a stage whose variables are searched; more than that is left unresolved.
constexpr int kMaxParents = 64;
// What substitution may write for one file, beyond a few times its size.
constexpr std::size_t kSubstitutedBytes = 16u << 20;

constexpr auto kKeywords = std::to_array<std::string_view>(
    {"ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL",
     "MAINTAINER", "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"});

template <std::size_t N>
bool one_of(std::string_view text, const std::array<std::string_view, N>& list) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

bool has_flags(std::string_view keyword) {
  constexpr auto kWith =
      std::to_array<std::string_view>({"ADD", "COPY", "FROM", "HEALTHCHECK", "RUN"});
  return one_of(keyword, kWith);
}

bool has_json_form(std::string_view keyword) {
  constexpr auto kWith = std::to_array<std::string_view>(
      {"ADD", "CMD", "COPY", "ENTRYPOINT", "RUN", "SHELL", "VOLUME"});
  return one_of(keyword, kWith);
}

bool has_heredocs(std::string_view keyword) {
  return keyword == "RUN" || keyword == "COPY" || keyword == "ADD";
}

/// The others are left to the shell in the container.
bool is_substituted(std::string_view keyword) {
  constexpr auto kWith =
      std::to_array<std::string_view>({"ADD", "ARG", "COPY", "ENV", "EXPOSE", "FROM", "LABEL",
                                       "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"});
  return one_of(keyword, kWith);
}

bool takes_one(std::string_view keyword) {
  return keyword == "USER" || keyword == "WORKDIR" || keyword == "STOPSIGNAL" ||
         keyword == "MAINTAINER";
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

std::string_view trim_left(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\v\f\r");
  return first == std::string_view::npos ? std::string_view{} : text.substr(first);
}

/// Cuts the first word off `text`.
std::string_view take_word(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_of(" \t\v\f\r"), text.size());
  const std::string_view word = text.substr(0, end);
  text = trim_left(text.substr(end));
  return word;
}

/// A word that announces a heredoc: digits, `<<`, maybe `-`, a name that may be quoted.
struct Heredoc {
  std::string name;
  bool strip_tabs = false;
};

std::optional<Heredoc> heredoc_of(std::string_view word) {
  const std::size_t digits = std::min(word.find_first_not_of("0123456789"), word.size());
  word.remove_prefix(digits);
  if (word.substr(0, 2) != "<<") return std::nullopt;
  word.remove_prefix(2);
  Heredoc heredoc;
  if (!word.empty() && word.front() == '-') {
    heredoc.strip_tabs = true;
    word.remove_prefix(1);
  }
  if (word.empty() || word.find('<') != std::string_view::npos) return std::nullopt;
  for (const char c : word) {
    if (c != '"' && c != '\'') heredoc.name += c;
  }
  if (heredoc.name.empty()) return std::nullopt;
  return heredoc;
}

/// The variables of one stage, on top of those of the stage it stands on.
struct Scope {
  std::map<std::string, std::string, std::less<>> env;
  std::map<std::string, std::optional<std::string>, std::less<>> args;
  std::optional<std::size_t> parent;
};

class Reader {
 public:
  Reader(FileId file, std::string_view content, const Limits& limits)
      : file_(file),
        content_(content),
        limits_(limits),
        lines_(file, content),
        budget_(kSubstitutedBytes + content.size() * 4) {}

  Result<Dockerfile> run();

 private:
  void problem(ErrorCode code, std::string message, std::string hint, Span span);
  bool read_instruction(DockerfileLine& line, Instruction& instruction);
  void take_flags(std::string_view& rest, Instruction& instruction);
  void take_heredocs(DockerfileLine& line, Instruction& instruction);
  Expander expander();
  void substitute(Instruction& instruction);
  std::vector<std::string> assignments(const Instruction& instruction, Expander& expander) const;
  const std::string* lookup(std::string_view name) const;
  const std::string* lookup_in_stage(std::string_view name) const;
  void define(const Instruction& instruction);
  void define_arg(std::string_view assignment);
  void open_stage(Instruction instruction);
  void accept(Instruction instruction);

  FileId file_;
  std::string_view content_;
  const Limits& limits_;
  DockerfileLines lines_;
  std::size_t budget_;
  bool told_budget_ = false;
  Dockerfile out_;
  std::map<std::string, std::string, std::less<>> globals_;
  std::vector<Scope> scopes_;                              // one per stage
  std::map<std::string, std::size_t, std::less<>> named_;  // stage names, upper case
};

void Reader::problem(ErrorCode code, std::string message, std::string hint, Span span) {
  out_.problems.push_back({code, std::move(message), std::move(hint), span});
}

const std::string* Reader::lookup_in_stage(std::string_view name) const {
  std::optional<std::size_t> stage = scopes_.size() - 1;
  const std::string* arg = nullptr;
  for (int depth = 0; stage && depth < kMaxParents; ++depth) {
    const Scope& scope = scopes_[*stage];
    if (const auto env = scope.env.find(name); env != scope.env.end()) return &env->second;
    if (const auto found = scope.args.find(name); found != scope.args.end() && arg == nullptr) {
      if (found->second) arg = &*found->second;
    }
    stage = scope.parent;
  }
  return arg;
}

const std::string* Reader::lookup(std::string_view name) const {
  if (!scopes_.empty()) return lookup_in_stage(name);
  const auto found = globals_.find(name);
  return found == globals_.end() ? nullptr : &found->second;
}

Expander Reader::expander() {
  return Expander([this](std::string_view name) { return lookup(name); }, lines_.escape(), budget_);
}

/// `--name=value` words before the arguments; `--` ends them.
void Reader::take_flags(std::string_view& rest, Instruction& instruction) {
  while (rest.substr(0, 2) == "--") {
    const std::string_view word = first_word(rest, lines_.escape());
    const std::string_view after = trim_left(rest.substr(word.size()));
    rest = after;
    if (word == "--") return;
    const std::size_t equals = std::min(word.find('='), word.size());
    const std::string_view value = equals < word.size() ? word.substr(equals + 1) : "";
    instruction.flags.emplace_back(std::string(word.substr(2, equals - 2)), std::string(value));
  }
}

void Reader::take_heredocs(DockerfileLine& line, Instruction& instruction) {
  if (!has_heredocs(instruction.keyword) || instruction.json_form) return;
  if (instruction.raw.find("<<") == std::string::npos) return;
  for (const std::string_view word : split_words(instruction.raw, lines_.escape())) {
    const std::optional<Heredoc> heredoc = heredoc_of(word);
    if (!heredoc) continue;
    std::string body;
    if (!lines_.take_heredoc(heredoc->name, heredoc->strip_tabs, body, line)) {
      problem(ErrorCode::kSyntax, "heredoc " + heredoc->name + " has no end",
              "end it with a line that is only " + heredoc->name, line.span);
    }
    instruction.heredocs.push_back(std::move(body));
  }
}

/// Keyword, flags, form and heredocs; nothing substituted yet. False after a problem.
bool Reader::read_instruction(DockerfileLine& line, Instruction& instruction) {
  std::string_view rest = line.text;
  instruction.keyword = upper(take_word(rest));
  if (instruction.keyword == "ONBUILD") {
    instruction.onbuild = true;
    instruction.keyword = upper(take_word(rest));
    if (instruction.keyword == "ONBUILD" || instruction.keyword == "FROM" ||
        instruction.keyword == "MAINTAINER") {
      problem(ErrorCode::kInvalid, "ONBUILD cannot hold " + instruction.keyword, "", line.span);
      return false;
    }
  }
  if (!one_of(instruction.keyword, kKeywords)) {
    // What stands here may be anything, a secret too: only a plausible keyword is repeated.
    const bool plausible = instruction.keyword.size() <= 20 &&
                           std::all_of(instruction.keyword.begin(), instruction.keyword.end(),
                                       [](char c) { return c >= 'A' && c <= 'Z'; });
    problem(ErrorCode::kSyntax,
            plausible && !instruction.keyword.empty() ? "unknown instruction " + instruction.keyword
                                                      : std::string("not an instruction"),
            "a line that continues the one above needs a backslash there", line.span);
    return false;
  }
  if (has_flags(instruction.keyword)) take_flags(rest, instruction);
  instruction.raw = rest;
  if (has_json_form(instruction.keyword) && !rest.empty() && rest.front() == '[') {
    instruction.json_form = read_json_strings(rest, instruction.arguments);
  }
  take_heredocs(line, instruction);
  instruction.span = line.span;
  return true;
}

/// `name=value` of ENV, LABEL and ARG; also ENV's and LABEL's old form `name value ...`.
std::vector<std::string> Reader::assignments(const Instruction& instruction,
                                             Expander& expander) const {
  std::vector<std::string> out;
  const std::vector<std::string_view> words = split_words(instruction.raw, lines_.escape());
  if (words.empty()) return out;
  if (instruction.keyword != "ARG" && words[0].find('=') == std::string_view::npos) {
    std::string_view value = instruction.raw;
    value = trim_left(value.substr(words[0].size()));
    out.push_back(expander.without_quotes(words[0]) + "=" + expander.without_quotes(value));
    return out;
  }
  for (const std::string_view word : words) {
    const std::size_t equals = word.find('=');
    std::string text = expander.without_quotes(word.substr(0, equals));
    if (equals != std::string_view::npos) {
      text += '=';
      text += expander.without_quotes(word.substr(equals + 1));
    }
    out.push_back(std::move(text));
  }
  return out;
}

void Reader::substitute(Instruction& instruction) {
  const std::string& keyword = instruction.keyword;
  // At build time of this file an ONBUILD instruction does not run; its variables are another's.
  const bool substituted = is_substituted(keyword) && !instruction.onbuild;
  Expander expander =
      substituted ? this->expander()
                  : Expander([](std::string_view) { return nullptr; }, lines_.escape(), budget_);
  instruction.text = substituted ? expander.with_quotes(instruction.raw) : instruction.raw;
  if (substituted || keyword == "RUN") {
    Expander flags = this->expander();
    for (auto& [name, value] : instruction.flags) value = flags.without_quotes(value);
  }
  if (keyword == "ENV" || keyword == "LABEL" || keyword == "ARG") {
    instruction.arguments = assignments(instruction, expander);
  } else if (instruction.json_form) {
    if (substituted) {
      for (std::string& item : instruction.arguments) item = expander.without_quotes(item);
    }
  } else if (takes_one(keyword)) {
    instruction.arguments.push_back(expander.without_quotes(instruction.raw));
  } else {
    for (const std::string_view word : split_words(instruction.raw, lines_.escape())) {
      instruction.arguments.push_back(expander.without_quotes(word));
    }
  }
  instruction.unresolved = substituted && expander.unresolved();
  if (expander.over_budget() && !told_budget_) {
    told_budget_ = true;
    problem(ErrorCode::kLimit, "variables grow beyond what is followed",
            "from here on they are left as written", instruction.span);
  }
}

void Reader::define_arg(std::string_view assignment) {
  const std::size_t equals = assignment.find('=');
  const std::string name(assignment.substr(0, equals));
  std::optional<std::string> value;
  if (equals != std::string_view::npos) value = std::string(assignment.substr(equals + 1));
  if (scopes_.empty()) {
    if (value) globals_.insert_or_assign(name, *value);
    return;
  }
  if (!value) {
    if (const auto global = globals_.find(name); global != globals_.end()) value = global->second;
  }
  scopes_.back().args.insert_or_assign(name, std::move(value));
}

void Reader::define(const Instruction& instruction) {
  if (instruction.onbuild) return;
  if (instruction.keyword == "ARG") {
    for (const std::string& argument : instruction.arguments) define_arg(argument);
  } else if (instruction.keyword == "ENV" && !scopes_.empty()) {
    for (const std::string& argument : instruction.arguments) {
      const std::size_t equals = argument.find('=');
      if (equals == std::string::npos) continue;
      scopes_.back().env.insert_or_assign(argument.substr(0, equals), argument.substr(equals + 1));
    }
  }
}

void Reader::open_stage(Instruction instruction) {
  Stage stage;
  if (instruction.arguments.empty()) {
    problem(ErrorCode::kSyntax, "FROM names no image", "", instruction.span);
  } else {
    stage.base = instruction.arguments[0];
  }
  const bool named = instruction.arguments.size() >= 3 && upper(instruction.arguments[1]) == "AS";
  if (named) stage.name = instruction.arguments[2];
  if (instruction.arguments.size() > 1 && !named) {
    problem(ErrorCode::kSyntax, "FROM takes one image, or an image, AS and a name", "",
            instruction.span);
  }
  if (const auto found = named_.find(upper(stage.base)); found != named_.end()) {
    stage.parent = found->second;
  }
  if (named) named_.insert_or_assign(upper(stage.name), out_.stages.size());
  scopes_.push_back({{}, {}, stage.parent});
  stage.instructions.push_back(std::move(instruction));
  out_.stages.push_back(std::move(stage));
}

void Reader::accept(Instruction instruction) {
  if (instruction.keyword == "FROM") {
    // FROM sees the global arguments only, so no stage is open while it is read.
    std::vector<Scope> scopes;
    scopes.swap(scopes_);
    substitute(instruction);
    scopes.swap(scopes_);
    return open_stage(std::move(instruction));
  }
  if (out_.stages.empty() && instruction.keyword != "ARG") {
    problem(ErrorCode::kInvalid, instruction.keyword + " stands before any FROM",
            "only ARG may stand there", instruction.span);
    return;
  }
  substitute(instruction);
  define(instruction);
  auto& home = out_.stages.empty() ? out_.globals : out_.stages.back().instructions;
  home.push_back(std::move(instruction));
}

Result<Dockerfile> Reader::run() {
  const Span start{file_, 1, 1, 1, 1, 0, 0};
  if (content_.size() > limits_.file_bytes) {
    return base::fail(ErrorCode::kLimit, "larger than the limit for one file", "", start);
  }
  DockerfileLine line;
  std::size_t count = 0;
  while (lines_.next(line)) {
    Instruction instruction;
    const bool readable = read_instruction(line, instruction);
    if (++count > limits_.nodes || out_.stages.size() > kMaxStages) {
      problem(ErrorCode::kLimit, "more instructions or stages than are read",
              "the rest of the file is left out", line.span);
      break;
    }
    if (readable) accept(std::move(instruction));
  }
  out_.directives = lines_.directives();
  out_.problems.insert(out_.problems.begin(), lines_.problems().begin(), lines_.problems().end());
  if (out_.stages.empty()) {
    return base::fail(ErrorCode::kSyntax, "no FROM instruction",
                      "a Dockerfile needs at least one stage", start);
  }
  return std::move(out_);
}

}  // namespace

Result<Dockerfile> parse_dockerfile(FileId file, std::string_view content, const Limits& limits) {
  return Reader(file, content, limits).run();
}

}  // namespace wayout::text
