// SPDX-License-Identifier: Apache-2.0
#include "app/query.hpp"

#include <algorithm>
#include <memory>
#include <ostream>
#include <string_view>
#include <vector>

#include <sqlite3.h>

#include "report/json_writer.hpp"

namespace wayout::app {

namespace {

using base::ErrorCode;
using base::Result;

using Database = std::unique_ptr<sqlite3, int (*)(sqlite3*)>;
using Statement = std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)>;

Statement prepare(sqlite3* db, const std::string& sql) {
  sqlite3_stmt* raw = nullptr;
  sqlite3_prepare_v2(db, sql.c_str(), static_cast<int>(sql.size()), &raw, nullptr);
  return {raw, sqlite3_finalize};
}

void bind_text(sqlite3_stmt* statement, int index, std::string_view text) {
  sqlite3_bind_text(statement, index, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
}

Result<void> export_relation(sqlite3* db, const fact::FactBase& facts, const base::Sources& sources,
                             fact::Relation relation) {
  const auto& about = fact::info(relation);
  std::string create = "CREATE TABLE \"" + std::string(about.name) + "\"(";
  std::string insert = "INSERT INTO \"" + std::string(about.name) + "\" VALUES (";
  for (std::size_t i = 0; i < about.arity; ++i) {
    create += "\"" + std::string(about.columns[i]) + "\" TEXT, ";
    insert += "?,";
  }
  create += "certainty TEXT, file TEXT, line INTEGER)";
  insert += "?,?,?)";
  if (sqlite3_exec(db, create.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    return base::fail(ErrorCode::kIo, sqlite3_errmsg(db));
  }
  const Statement statement = prepare(db, insert);
  if (statement == nullptr) return base::fail(ErrorCode::kIo, sqlite3_errmsg(db));
  for (const fact::FactId id : facts.facts(relation)) {
    int column = 1;
    for (const fact::Symbol value : facts.values(id)) {
      bind_text(statement.get(), column++, facts.text(value));
    }
    const bool leaf = facts.is_leaf(id);
    bind_text(statement.get(), column++, leaf ? name_of(facts.certainty(id)) : "derived");
    const base::Span span = leaf ? facts.origin(facts.origin_of(id)).span : base::Span{};
    if (span.valid()) {
      bind_text(statement.get(), column++, sources.path(span.file));
      sqlite3_bind_int64(statement.get(), column, span.line);
    } else {
      sqlite3_bind_null(statement.get(), column++);
      sqlite3_bind_null(statement.get(), column);
    }
    if (sqlite3_step(statement.get()) != SQLITE_DONE) {
      return base::fail(ErrorCode::kIo, sqlite3_errmsg(db));
    }
    sqlite3_reset(statement.get());
  }
  return {};
}

/// Lets a statement read tables and call harmless functions, nothing else.
int only_reading(void*, int action, const char*, const char* name, const char*, const char*) {
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE:
      return SQLITE_OK;
    case SQLITE_FUNCTION:
      return name != nullptr && std::string_view(name) == "load_extension" ? SQLITE_DENY
                                                                           : SQLITE_OK;
    default:
      return SQLITE_DENY;
  }
}

using Rows = std::vector<std::vector<std::string>>;

void print_table(const Rows& rows, std::ostream& out) {
  std::vector<std::size_t> widths(rows[0].size(), 0);
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  for (std::size_t r = 0; r < rows.size(); ++r) {
    std::string line;
    for (std::size_t i = 0; i < rows[r].size(); ++i) {
      std::string cell = rows[r][i];
      for (char& c : cell) c = static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '?' : c;
      if (i + 1 < rows[r].size()) cell.resize(widths[i] + 2, ' ');
      line += cell;
    }
    out << line << '\n';
    if (r == 0) {
      std::size_t total = 0;
      for (const std::size_t width : widths) total += width + 2;
      out << std::string(total - 2, '-') << '\n';
    }
  }
  out << rows.size() - 1 << (rows.size() == 2 ? " row\n" : " rows\n");
}

void print_csv(const Rows& rows, std::ostream& out) {
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      out << (i == 0 ? "" : ",");
      if (row[i].find_first_of(",\"\r\n") == std::string::npos) {
        out << row[i];
        continue;
      }
      out << '"';
      for (const char c : row[i]) out << (c == '"' ? "\"\"" : std::string(1, c));
      out << '"';
    }
    out << "\r\n";  // RFC 4180
  }
}

void print_json(const Rows& rows, std::ostream& out) {
  report::JsonWriter json(out);
  json.begin_array();
  for (std::size_t r = 1; r < rows.size(); ++r) {
    json.new_line();
    json.begin_object();
    for (std::size_t i = 0; i < rows[r].size(); ++i) json.field(rows[0][i], rows[r][i]);
    json.end_object();
  }
  json.end_array();
}

Result<Rows> run_statement(sqlite3* db, const std::string& sql) {
  const Statement statement = prepare(db, sql);
  if (statement == nullptr) {
    return base::fail(ErrorCode::kUsage, std::string("SQL: ") + sqlite3_errmsg(db),
                      "docs/vocabulary.md lists the tables and their columns");
  }
  const int columns = sqlite3_column_count(statement.get());
  if (columns == 0) return base::fail(ErrorCode::kUsage, "not a SELECT");
  Rows rows(1);
  for (int i = 0; i < columns; ++i) rows[0].emplace_back(sqlite3_column_name(statement.get(), i));
  int code = SQLITE_ROW;
  while ((code = sqlite3_step(statement.get())) == SQLITE_ROW) {
    auto& row = rows.emplace_back();
    for (int i = 0; i < columns; ++i) {
      const auto* text = sqlite3_column_text(statement.get(), i);
      row.emplace_back(text == nullptr ? "" : reinterpret_cast<const char*>(text));
    }
  }
  if (code != SQLITE_DONE) {
    return base::fail(ErrorCode::kUsage, std::string("SQL: ") + sqlite3_errmsg(db));
  }
  return rows;
}

}  // namespace

Result<void> query_facts(const fact::FactBase& facts, const base::Sources& sources,
                         const std::string& sql, RowFormat format, std::ostream& out) {
  sqlite3* raw = nullptr;
  const int opened = sqlite3_open(":memory:", &raw);
  const Database db(raw, sqlite3_close);
  if (opened != SQLITE_OK) return base::fail(ErrorCode::kIo, "cannot open a database in memory");
  sqlite3_exec(db.get(), "BEGIN", nullptr, nullptr, nullptr);
  for (std::size_t i = 0; i < fact::kRelationCount; ++i) {
    auto done = export_relation(db.get(), facts, sources, static_cast<fact::Relation>(i));
    if (!done) return done;
  }
  sqlite3_exec(db.get(), "COMMIT", nullptr, nullptr, nullptr);
  sqlite3_set_authorizer(db.get(), only_reading, nullptr);

  auto rows = run_statement(db.get(), sql);
  if (!rows) return base::fail(rows.error());
  switch (format) {
    case RowFormat::kTable:
      print_table(*rows, out);
      break;
    case RowFormat::kCsv:
      print_csv(*rows, out);
      break;
    case RowFormat::kJson:
      print_json(*rows, out);
      break;
  }
  return {};
}

}  // namespace wayout::app
