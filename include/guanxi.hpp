/*
 * guanxi (关系): the decision core of customer relationship management, for C++17.
 *
 * Everything of guanxi.h, where it says what each function means. Here
 *
 *     handles   are objects that are moved and freed by themselves
 *     failures  are exceptions, guanxi::error, with all faults and their places
 *     texts     go in as std::string_view and come out as std::string; those that
 *               are JSON are left to the host's own reader of JSON, or to
 *               json_text and json_count
 *     instants  are microseconds since 1970 in UTC; guanxi::none stands for what
 *               guanxi.h says of GX_TIME_NONE
 *
 *     guanxi::playbook playbook{text};
 *     guanxi::store store = guanxi::store::open("shop.db", playbook);
 *     store.append(lines, guanxi::backfill);
 *     for (const guanxi::segment &segment : store.review(playbook).segments())
 *         std::cout << segment.name << ": " << segment.members << "\n";
 *
 * An optional text is left out by an empty std::string_view. A handle that was
 * moved from is NULL to the library, and a call with it a guanxi::error.
 * Everything is inline: no library but libguanxi is linked.
 */

#ifndef GUANXI_HPP
#define GUANXI_HPP

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "guanxi.h"

namespace guanxi {

/** Microseconds since 1970 in UTC. */
using instant = std::int64_t;

/** No instant: what stands for it, guanxi.h says of each function. */
inline constexpr instant none = GX_TIME_NONE;

/** Rows that were known all along: history that is filled in. */
inline constexpr instant backfill = GX_SEEN_BACKFILL;

/** The language of reasons and labels. */
enum class language : std::uint32_t { en = GX_EN, zh = GX_ZH };

/** How a picture is written. */
enum class format : std::uint32_t { svg = GX_SVG, mermaid = GX_MERMAID, dot = GX_DOT };

/** How another playbook is set against one's own. */
enum class comparison : std::uint32_t {
    reinterpret = GX_REINTERPRET,
    forward = GX_FORWARD,
    shadow = GX_SHADOW
};

/** One thing that is wrong. */
struct fault {
    std::int32_t code = GX_OK;
    /** The code as a word, like `unknown_segment`. */
    std::string name;
    std::string message, message_zh;
    /** Where: a JSON pointer, or a file, a row and a column; empty: nowhere in particular. */
    std::string pointer;
    /** The way out; empty where there is none. */
    std::string hint, hint_zh;
    /** The bytes that are meant, of the text at the pointer or of the expression. */
    std::optional<std::pair<std::uint64_t, std::uint64_t>> span;
};

/** A call that failed, and changed nothing. */
class error : public std::runtime_error {
public:
    error(std::int32_t code, std::vector<fault> faults)
        : std::runtime_error(said(code, faults)),
          code_(code),
          faults_(std::make_shared<const std::vector<fault>>(std::move(faults))) {}

    /** That of the first fault. */
    std::int32_t code() const noexcept { return code_; }

    /** All of them. */
    const std::vector<fault> &faults() const noexcept { return *faults_; }

private:
    static std::string said(std::int32_t code, const std::vector<fault> &faults) {
        std::string text;
        for (const fault &one : faults) {
            if (!text.empty()) text += "\n";
            text += one.pointer.empty() ? one.message : one.message + " (" + one.pointer + ")";
        }
        return text.empty() ? "guanxi error " + std::to_string(code) : text;
    }

    std::int32_t code_;
    /** Shared, so that copying an exception cannot throw. */
    std::shared_ptr<const std::vector<fault>> faults_;
};

namespace detail {

struct free_it {
    void operator()(gx_bytes *it) const noexcept { gx_bytes_free(it); }
    void operator()(gx_error *it) const noexcept { gx_error_free(it); }
    void operator()(gx_ids *it) const noexcept { gx_ids_free(it); }
    void operator()(gx_playbook *it) const noexcept { gx_playbook_free(it); }
    void operator()(gx_review *it) const noexcept { gx_review_free(it); }
    void operator()(gx_store *it) const noexcept { gx_store_free(it); }
};

template <class T>
using owned = std::unique_ptr<T, free_it>;

inline std::string text(const char *it) { return it == nullptr ? std::string() : std::string(it); }

inline fault fault_at(const gx_error *all, std::uint64_t index) {
    fault one;
    std::uint64_t start = 0, end = 0;
    one.code = gx_error_code(all, index);
    one.name = text(gx_error_name(all, index));
    one.message = text(gx_error_message(all, index, GX_EN));
    one.message_zh = text(gx_error_message(all, index, GX_ZH));
    one.pointer = text(gx_error_pointer(all, index));
    one.hint = text(gx_error_hint(all, index, GX_EN));
    one.hint_zh = text(gx_error_hint(all, index, GX_ZH));
    if (gx_error_span(all, index, &start, &end) == 1) one.span = std::make_pair(start, end);
    return one;
}

[[noreturn]] inline void raise(std::int32_t code, const owned<gx_error> &all) {
    std::vector<fault> faults;
    for (std::uint64_t index = 0; index < gx_error_count(all.get()); index++)
        faults.push_back(fault_at(all.get(), index));
    throw error(code, std::move(faults));
}

/** Calls a function whose last parameter is the error. */
template <class F, class... A>
void call(F function, A... arguments) {
    gx_error *all = nullptr;
    std::int32_t status = function(arguments..., &all);
    if (status != GX_OK) raise(status, owned<gx_error>(all));
}

inline std::string take(gx_bytes *it) {
    owned<gx_bytes> bytes(it);
    if (bytes == nullptr) return std::string();
    return std::string(gx_bytes_data(it), static_cast<std::size_t>(gx_bytes_len(it)));
}

/** Calls a function whose last output but the error is a text. */
template <class F, class... A>
std::string told(F function, A... arguments) {
    gx_bytes *out = nullptr;
    call(function, arguments..., &out);
    return take(out);
}

/** A text that must be there: never a null pointer. */
inline const char *at(std::string_view it) { return it.data() == nullptr ? "" : it.data(); }

/** A text that may be left out. */
inline const char *maybe(std::string_view it) { return it.empty() ? nullptr : it.data(); }

template <class E>
constexpr std::uint32_t number(E it) {
    return static_cast<std::uint32_t>(it);
}

}  // namespace detail

/** How rows are read. */
struct append_options {
    /** `customers`, `events` or `ref_NAME`; empty: events. */
    std::string_view table = {};
    /** A mapping document, where rows do not carry the schema's names. */
    std::string_view mapping = {};
    /** The language of reasons. */
    language said_in = language::en;
    /** Says what would become of the rows and records nothing. */
    bool dry_run = false;

    gx_append_options plain() const {
        gx_append_options out{};
        out.struct_size = sizeof out;
        out.language = detail::number(said_in);
        out.table = detail::maybe(table);
        out.table_len = table.size();
        out.mapping = detail::maybe(mapping);
        out.mapping_len = mapping.size();
        out.dry_run = dry_run ? 1 : 0;
        return out;
    }
};

/** How a review is made. */
struct review_options {
    /** Threads to use; 0: one. They change no answer. */
    std::uint32_t threads = 0;
    /** Leaves out what was learnt later. */
    std::optional<instant> known_at = {};

    gx_review_options plain() const {
        gx_review_options out{};
        out.struct_size = sizeof out;
        out.threads = threads;
        out.has_known_at = known_at.has_value() ? 1 : 0;
        out.known_at = known_at.value_or(0);
        return out;
    }
};

/** Of when an answer is, and what was known then. */
struct when {
    instant as_of = none;
    instant known_at = none;
};

/** A column of the host's memory, which it borrows; `kind` as GX_COLUMN_... */
inline gx_column column(std::string_view name, const void *values, std::uint32_t kind) {
    gx_column out{};
    out.struct_size = sizeof out;
    out.kind = kind;
    out.name = detail::at(name);
    out.name_len = name.size();
    out.values = values;
    return out;
}

/** Whole numbers, or what is counted in them: days, microseconds. */
inline gx_column column(std::string_view name, const std::vector<std::int64_t> &values,
                        std::uint32_t kind = GX_COLUMN_INT64) {
    return column(name, values.data(), kind);
}

/** Numbers with a fraction. */
inline gx_column column(std::string_view name, const std::vector<double> &values) {
    return column(name, values.data(), GX_COLUMN_FLOAT64);
}

/** Values that are gone before the column is read. */
gx_column column(std::string_view, const std::vector<std::int64_t> &&,
                 std::uint32_t kind = GX_COLUMN_INT64) = delete;
gx_column column(std::string_view, const std::vector<double> &&) = delete;

/** Texts one behind the other, as a column of texts has them. */
class texts {
public:
    void push_back(std::string_view it) {
        bytes_.append(it);
        offsets_.push_back(static_cast<std::int64_t>(bytes_.size()));
    }

    std::size_t size() const noexcept { return offsets_.size() - 1; }

    /** The column, which borrows them. */
    gx_column column(std::string_view name) const && = delete;
    gx_column column(std::string_view name) const & {
        gx_column out = guanxi::column(name, bytes_.data(), GX_COLUMN_TEXT);
        out.offsets = offsets_.data();
        return out;
    }

private:
    std::string bytes_;
    std::vector<std::int64_t> offsets_{0};
};

/** Rows about one thing, for a review without a store and for models. Columns are
 * borrowed; a stream or an array is moved by the call that gets it. */
struct table {
    std::string_view about = {};
    std::string_view mapping = {};
    std::vector<gx_column> columns = {};
    std::uint64_t rows = 0;
    ArrowArrayStream *stream = nullptr;
    ArrowArray *array = nullptr;
    ArrowSchema *schema = nullptr;

    gx_table plain() const {
        gx_table out{};
        out.struct_size = sizeof out;
        out.table = detail::maybe(about);
        out.table_len = about.size();
        out.mapping = detail::maybe(mapping);
        out.mapping_len = mapping.size();
        out.columns = columns.data();
        out.n_columns = columns.size();
        out.rows = rows;
        out.stream = stream;
        out.array = array;
        out.schema = schema;
        return out;
    }
};

/** Ids of customers, in ascending order. The texts are borrowed from it. */
class ids {
public:
    class iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = std::string_view;
        using difference_type = std::ptrdiff_t;
        using pointer = const std::string_view *;
        using reference = std::string_view;

        iterator(const ids *of, std::size_t place) : of_(of), place_(place) {}
        std::string_view operator*() const { return (*of_)[place_]; }
        iterator &operator++() {
            ++place_;
            return *this;
        }
        iterator operator++(int) {
            iterator before = *this;
            ++place_;
            return before;
        }
        bool operator==(const iterator &other) const { return place_ == other.place_; }
        bool operator!=(const iterator &other) const { return place_ != other.place_; }

    private:
        const ids *of_;
        std::size_t place_;
    };

    explicit ids(gx_ids *it) : it_(it) {}

    std::size_t size() const { return static_cast<std::size_t>(gx_ids_count(it_.get())); }
    bool empty() const { return size() == 0; }

    /** The id at a place, which is less than size(). */
    std::string_view operator[](std::size_t place) const {
        const std::int64_t *offsets = gx_ids_offsets(it_.get());
        return std::string_view(gx_ids_data(it_.get()) + offsets[place],
                                static_cast<std::size_t>(offsets[place + 1] - offsets[place]));
    }

    iterator begin() const { return iterator(this, 0); }
    iterator end() const { return iterator(this, size()); }

    /** As an Arrow array of texts, which the caller releases. */
    void arrow(ArrowArray *array, ArrowSchema *schema) const {
        detail::call(gx_ids_arrow, it_.get(), array, schema);
    }

private:
    detail::owned<gx_ids> it_;
};

/** What was decided: schema, machines, value, segments, KPIs. */
class playbook {
public:
    /** Throws all faults of the document, with places. */
    explicit playbook(std::string_view json) {
        gx_playbook *out = nullptr;
        detail::call(gx_playbook_compile, detail::at(json), std::uint64_t{json.size()}, &out);
        it_.reset(out);
    }

    /** Every fault and hint of a document, as JSON. */
    static std::string check(std::string_view json, language in = language::en) {
        return detail::told(gx_playbook_check, detail::at(json), std::uint64_t{json.size()},
                            detail::number(in));
    }

    /** The JSON Schema of playbooks. */
    static std::string schema() { return detail::told(gx_playbook_schema); }

    std::string json() const { return detail::told(gx_playbook_json, get()); }
    std::string hash() const { return detail::text(gx_playbook_hash(get())); }
    std::string label(language in = language::en) const {
        return detail::text(gx_playbook_label(get(), detail::number(in)));
    }

    /** Reads an instant; local times are of the playbook's zone. */
    instant parse_time(std::string_view text) const {
        std::int64_t out = 0;
        detail::call(gx_time_parse, get(), detail::at(text), std::uint64_t{text.size()}, &out);
        return out;
    }
    std::string show_time(instant time) const { return detail::told(gx_time_show, get(), time); }

    /** A machine as a picture; empty: the only one. */
    std::string diagram(std::string_view machine, format as = format::svg,
                        language in = language::en) const {
        return detail::told(gx_machine_diagram, get(), detail::maybe(machine),
                            std::uint64_t{machine.size()}, detail::number(as), detail::number(in));
    }

    /** A condition as one statement of SQL over the host's tables, as JSON. */
    std::string statement(std::string_view expression, std::string_view tables,
                          std::string_view dialect, instant as_of) const {
        return detail::told(gx_statement_json, get(), detail::at(expression),
                            std::uint64_t{expression.size()}, detail::at(tables),
                            std::uint64_t{tables.size()}, detail::at(dialect),
                            std::uint64_t{dialect.size()}, as_of);
    }

    /** Answers a question about conditions. */
    std::string condition(std::string_view question, language in = language::en) const {
        return detail::told(gx_condition_answer, get(), detail::at(question),
                            std::uint64_t{question.size()}, detail::number(in));
    }

    gx_playbook *get() const noexcept { return it_.get(); }

private:
    detail::owned<gx_playbook> it_;
};

/** Events of one kind in a review. */
struct kind {
    std::string name, label, label_zh;
    std::uint64_t events = 0, customers = 0;
    instant first = none, last = none;
};

/** One state of a machine in a review. */
struct state {
    std::string name, label, label_zh;
    std::uint64_t customers = 0;
    /** The state it is inside. */
    std::optional<std::uint64_t> inside;
};

/** A machine in a review. */
struct machine {
    std::string name, label, label_zh;
    /** Runs once for each key, so that runs are counted. */
    bool keyed = false;
    /** Customers for whom a definition failed. */
    std::uint64_t troubles = 0;
    std::vector<state> states;
};

/** A segment in a review. */
struct segment {
    std::string name, label, label_zh;
    std::uint64_t members = 0;
    /** Customers for whom its condition failed. */
    std::uint64_t errors = 0;
};

/** Who came and went in a period: for each state, in the order of machine::states. */
struct balance {
    instant from = none, until = none;
    std::vector<gx_balance> states;
};

/** All answers at one instant. Any number of threads may use one at once. */
class review {
public:
    explicit review(gx_review *it) : it_(it) {}

    /** Of rows in memory, which are not recorded; customers first and events last. */
    static review of(const guanxi::playbook &playbook, const std::vector<table> &tables,
                     instant as_of = none, const review_options &how = {},
                     std::string *reports = nullptr, language in = language::en) {
        std::vector<gx_table> plain;
        for (const table &one : tables) plain.push_back(one.plain());
        gx_review_options options = how.plain();
        gx_review *out = nullptr;
        gx_bytes *said = nullptr;
        detail::call(gx_review_columns, playbook.get(), plain.data(),
                     std::uint64_t{plain.size()}, detail::number(in), as_of, &options, &out,
                     reports == nullptr ? nullptr : &said);
        review made(out);
        if (reports != nullptr) *reports = detail::take(said);
        return made;
    }

    std::string json(language in = language::en) const {
        return detail::told(gx_review_json, get(), detail::number(in));
    }
    instant as_of() const { return gx_review_as_of(get()); }
    std::uint64_t customers() const { return gx_review_customers(get()); }
    std::uint64_t events() const { return gx_review_events(get()); }

    /** Customers as Arrow columns, which the caller releases. */
    void arrow(ArrowArray *array, ArrowSchema *schema) const {
        detail::call(gx_review_arrow, get(), array, schema);
    }

    std::vector<kind> kinds() const {
        std::vector<kind> out(static_cast<std::size_t>(gx_kind_count(get())));
        for (std::size_t place = 0; place < out.size(); place++) {
            kind &one = out[place];
            one.name = detail::text(gx_kind_name(get(), place));
            one.label = detail::text(gx_kind_label(get(), place, GX_EN));
            one.label_zh = detail::text(gx_kind_label(get(), place, GX_ZH));
            detail::call(gx_kind_events, get(), std::uint64_t{place}, &one.events, &one.customers,
                         &one.first, &one.last);
        }
        return out;
    }

    std::vector<machine> machines() const {
        std::vector<machine> out(static_cast<std::size_t>(gx_machine_count(get())));
        for (std::size_t place = 0; place < out.size(); place++) out[place] = machine_at(place);
        return out;
    }

    /** Who came and went in the calendar's period that an instant is in. */
    guanxi::balance balance(std::string_view machine, std::string_view every,
                            instant at = none) const {
        guanxi::balance out;
        std::uint64_t place = 0, states = 0;
        for (; !machine.empty() && place < gx_machine_count(get()); place++)
            if (machine == gx_machine_name(get(), place)) break;
        if (place < gx_machine_count(get()))
            detail::call(gx_machine_states, get(), place, &states,
                         static_cast<std::uint32_t *>(nullptr),
                         static_cast<std::uint64_t *>(nullptr));
        // One more, so that there is memory to point to whatever the library says.
        out.states.resize(static_cast<std::size_t>(states) + 1);
        detail::call(gx_machine_balance, get(), detail::maybe(machine),
                     std::uint64_t{machine.size()}, detail::at(every),
                     std::uint64_t{every.size()}, at, out.states.data(), states, &out.from,
                     &out.until);
        out.states.pop_back();
        return out;
    }

    /** A machine as a picture with numbers; empty: the only one. */
    std::string picture(std::string_view machine, format as = format::svg,
                        language in = language::en) const {
        return detail::told(gx_machine_picture, get(), detail::maybe(machine),
                            std::uint64_t{machine.size()}, detail::number(as), detail::number(in));
    }

    /** Who came and went period by period, and how long states last. */
    std::string flow(std::string_view machine = {}, std::string_view every = {},
                     instant from = none, instant until = none, std::string_view by = {}) const {
        return detail::told(gx_machine_flow, get(), detail::maybe(machine),
                            std::uint64_t{machine.size()}, detail::maybe(every),
                            std::uint64_t{every.size()}, from, until, detail::maybe(by),
                            std::uint64_t{by.size()});
    }

    /** What another playbook would answer otherwise. */
    std::string compare(const guanxi::playbook &other, comparison how = comparison::reinterpret,
                        instant from = none, std::string_view map = {}) const {
        return detail::told(gx_machine_compare, get(), other.get(), detail::number(how), from,
                            detail::maybe(map), std::uint64_t{map.size()});
    }

    std::vector<segment> segments() const {
        std::vector<segment> out(static_cast<std::size_t>(gx_segment_count(get())));
        for (std::size_t place = 0; place < out.size(); place++) {
            segment &one = out[place];
            one.name = detail::text(gx_segment_name(get(), place));
            one.label = detail::text(gx_segment_label(get(), place, GX_EN));
            one.label_zh = detail::text(gx_segment_label(get(), place, GX_ZH));
            detail::call(gx_segment_members, get(), std::uint64_t{place}, &one.members,
                         &one.errors);
        }
        return out;
    }

    /** Who is in a segment. */
    ids members(std::string_view segment) const {
        return these(gx_segment_ids, segment);
    }

    /** How many satisfy a condition, and what is to be said of it. */
    std::string query(std::string_view condition, language in = language::en) const {
        return detail::told(gx_query_json, get(), detail::at(condition),
                            std::uint64_t{condition.size()}, detail::number(in));
    }

    /** Who satisfies a condition. */
    ids those(std::string_view condition) const { return these(gx_query_ids, condition); }

    /** Who satisfies a condition, with the Arrow columns of arrow(). */
    void those_arrow(std::string_view condition, ArrowArray *array, ArrowSchema *schema) const {
        detail::call(gx_query_arrow, get(), detail::at(condition),
                     std::uint64_t{condition.size()}, array, schema);
    }

    /** Why a condition holds for a customer, or not. */
    std::string explain(std::string_view condition, std::string_view customer,
                        language in = language::en) const {
        return detail::told(gx_query_explain, get(), detail::at(condition),
                            std::uint64_t{condition.size()}, detail::at(customer),
                            std::uint64_t{customer.size()}, detail::number(in));
    }

    /** Everything about one customer. */
    std::string customer(std::string_view id, language in = language::en) const {
        return detail::told(gx_customer_json, get(), detail::at(id), std::uint64_t{id.size()},
                            detail::number(in));
    }

    /** Purchases in the few numbers that models of value read, as Arrow columns; what is
     * to be said of them is returned. */
    std::string cbs(std::string_view definition, ArrowArray *array, ArrowSchema *schema) const {
        return detail::told(gx_review_cbs, get(), detail::at(definition),
                            std::uint64_t{definition.size()}, array, schema);
    }

    gx_review *get() const noexcept { return it_.get(); }

private:
    template <class F>
    ids these(F function, std::string_view what) const {
        gx_ids *out = nullptr;
        detail::call(function, get(), detail::at(what), std::uint64_t{what.size()}, &out);
        return ids(out);
    }

    machine machine_at(std::uint64_t place) const {
        machine one;
        std::uint64_t states = 0;
        std::uint32_t keyed = 0;
        one.name = detail::text(gx_machine_name(get(), place));
        one.label = detail::text(gx_machine_label(get(), place, GX_EN));
        one.label_zh = detail::text(gx_machine_label(get(), place, GX_ZH));
        detail::call(gx_machine_states, get(), place, &states, &keyed, &one.troubles);
        one.keyed = keyed == 1;
        for (std::uint64_t inner = 0; inner < states; inner++) {
            state that;
            std::uint64_t inside = GX_OUTERMOST;
            that.name = detail::text(gx_state_name(get(), place, inner));
            that.label = detail::text(gx_state_label(get(), place, inner, GX_EN));
            that.label_zh = detail::text(gx_state_label(get(), place, inner, GX_ZH));
            detail::call(gx_state_customers, get(), place, inner, &that.customers, &inside);
            if (inside != GX_OUTERMOST) that.inside = inside;
            one.states.push_back(std::move(that));
        }
        return one;
    }

    detail::owned<gx_review> it_;
};

/** Where facts live. One call at a time. */
class store {
public:
    static store open(std::string_view path, const guanxi::playbook &playbook) {
        return opened(gx_store_open, path, playbook);
    }
    static store open_read_only(std::string_view path, const guanxi::playbook &playbook) {
        return opened(gx_store_open_read_only, path, playbook);
    }
    /** Gone with the object. */
    static store in_memory(const guanxi::playbook &playbook) {
        gx_store *out = nullptr;
        detail::call(gx_store_in_memory, playbook.get(), &out);
        return store(out);
    }

    std::string statistics() { return detail::told(gx_store_statistics, get()); }
    std::string verify(language in = language::en) {
        return detail::told(gx_store_verify, get(), detail::number(in));
    }
    void backup(std::string_view path) {
        detail::call(gx_store_backup, get(), detail::at(path), std::uint64_t{path.size()});
    }

    /** Records rows as JSON Lines; `seen`: when they were learnt, or backfill. Returns the
     * report, with a verdict for each row. */
    std::string append(std::string_view lines, instant seen, const append_options &how = {}) {
        gx_append_options options = how.plain();
        return detail::told(gx_store_append_lines, get(), detail::at(lines),
                            std::uint64_t{lines.size()}, seen, &options);
    }
    /** Records rows as columns. */
    std::string append(const std::vector<gx_column> &columns, std::uint64_t rows, instant seen,
                       const append_options &how = {}) {
        gx_append_options options = how.plain();
        return detail::told(gx_store_append_columns, get(), columns.data(),
                            std::uint64_t{columns.size()}, rows, seen, &options);
    }
    /** Records an Arrow array, which is moved. */
    std::string append(ArrowArray *array, ArrowSchema *schema, instant seen,
                       const append_options &how = {}) {
        gx_append_options options = how.plain();
        return detail::told(gx_store_append_arrow, get(), array, schema, seen, &options);
    }
    /** Records an Arrow stream, which is moved. */
    std::string append(ArrowArrayStream *stream, instant seen, const append_options &how = {}) {
        gx_append_options options = how.plain();
        return detail::told(gx_store_append_stream, get(), stream, seen, &options);
    }

    /** Records rows and works out what follows. */
    std::string apply(const guanxi::playbook &playbook, std::string_view lines, instant seen,
                      instant now, const append_options &how = {}) {
        gx_append_options options = how.plain();
        return detail::told(gx_store_apply, get(), playbook.get(), detail::at(lines),
                            std::uint64_t{lines.size()}, seen, now, &options);
    }
    /** Lets time pass, tells what changed, hands out what is to be done. */
    std::string follow(const guanxi::playbook &playbook, instant now, std::string_view question,
                       language in = language::en) {
        return detail::told(gx_store_follow, get(), playbook.get(), now, detail::at(question),
                            std::uint64_t{question.size()}, detail::number(in));
    }
    /** Who acts from now on, and why; empty: nobody says. */
    void sign(std::string_view actor, std::string_view reason = {}) {
        detail::call(gx_store_sign, get(), detail::maybe(actor), std::uint64_t{actor.size()},
                     detail::maybe(reason), std::uint64_t{reason.size()});
    }
    /** Follows a table of the host. */
    std::string feed(const guanxi::playbook &playbook, std::string_view question,
                     std::string_view rows, instant seen, language in = language::en) {
        return detail::told(gx_store_feed, get(), playbook.get(), detail::at(question),
                            std::uint64_t{question.size()}, detail::maybe(rows),
                            std::uint64_t{rows.size()}, seen, detail::number(in));
    }
    /** What people decide: merges, claims, overrides, extensions. */
    std::string command(const guanxi::playbook &playbook, std::string_view command, instant at,
                        instant seen, language in = language::en) {
        return detail::told(gx_store_command, get(), playbook.get(), detail::at(command),
                            std::uint64_t{command.size()}, at, seen, detail::number(in));
    }
    /** Keeps nothing of a customer; with `trial` says what would go. */
    std::string erase(std::string_view id, instant at, bool trial = false) {
        return detail::told(gx_store_erase, get(), detail::at(id), std::uint64_t{id.size()}, at,
                            std::uint32_t{trial ? 1u : 0u});
    }
    std::string erasures() { return detail::told(gx_store_erasures, get()); }
    std::string erase_listed(std::string_view list) {
        return detail::told(gx_store_erase_listed, get(), detail::at(list),
                            std::uint64_t{list.size()});
    }

    guanxi::review review(const guanxi::playbook &playbook, instant as_of = none,
                          const review_options &how = {}) {
        gx_review_options options = how.plain();
        gx_review *out = nullptr;
        detail::call(gx_review_create, get(), playbook.get(), as_of, &options, &out);
        return guanxi::review(out);
    }

    /** Everything about one customer, without a review of all. */
    std::string customer(const guanxi::playbook &playbook, std::string_view id, when at,
                         language in = language::en) {
        return detail::told(gx_customer_load, get(), playbook.get(), at.as_of, at.known_at,
                            detail::at(id), std::uint64_t{id.size()}, detail::number(in));
    }
    std::string states(const guanxi::playbook &playbook, std::string_view id, when at) {
        return journey(gx_journey_states, playbook, id, at);
    }
    std::string history(const guanxi::playbook &playbook, std::string_view id, when at) {
        return journey(gx_journey_history, playbook, id, at);
    }
    std::string explain(const guanxi::playbook &playbook, std::string_view id, when at,
                        language in = language::en) {
        return journey(gx_journey_explain, playbook, id, at, detail::number(in));
    }
    std::string why_not(const guanxi::playbook &playbook, std::string_view id,
                        std::string_view machine, std::string_view state, when at,
                        language in = language::en) {
        return journey(gx_journey_why_not, playbook, id, at, detail::maybe(machine),
                       std::uint64_t{machine.size()}, detail::at(state),
                       std::uint64_t{state.size()}, detail::number(in));
    }
    /** Where a customer would be if something happened. */
    std::string what_if(const guanxi::playbook &playbook, std::string_view id,
                        std::string_view rows, when at) {
        return journey(gx_journey_if, playbook, id, at, detail::at(rows),
                       std::uint64_t{rows.size()});
    }

    /** Answers a question about segments; `other`: the playbook that it compares with. */
    std::string segment(const guanxi::playbook &playbook, std::string_view question, when at = {},
                        language in = language::en, const guanxi::playbook *other = nullptr) {
        return detail::told(gx_segment_answer, get(), playbook.get(),
                            other == nullptr ? nullptr : other->get(), at.as_of, at.known_at,
                            detail::at(question), std::uint64_t{question.size()},
                            detail::number(in));
    }
    std::string value(const guanxi::playbook &playbook, std::string_view question, when at = {},
                      language in = language::en) {
        return answer(gx_value_answer, playbook, question, at, in);
    }
    std::string kpi(const guanxi::playbook &playbook, std::string_view question, when at = {},
                    language in = language::en) {
        return answer(gx_kpi_answer, playbook, question, at, in);
    }
    /** Answers who is there already. */
    std::string collision(const guanxi::playbook &playbook, std::string_view question,
                          when at = {}, language in = language::en) {
        return answer(gx_collision_answer, playbook, question, at, in);
    }

    gx_store *get() const noexcept { return it_.get(); }

private:
    explicit store(gx_store *it) : it_(it) {}

    template <class F>
    static store opened(F function, std::string_view path, const guanxi::playbook &playbook) {
        gx_store *out = nullptr;
        detail::call(function, detail::at(path), std::uint64_t{path.size()}, playbook.get(), &out);
        return store(out);
    }

    template <class F, class... A>
    std::string journey(F function, const guanxi::playbook &playbook, std::string_view id, when at,
                        A... more) {
        return detail::told(function, get(), playbook.get(), at.as_of, at.known_at,
                            detail::at(id), std::uint64_t{id.size()}, more...);
    }

    template <class F>
    std::string answer(F function, const guanxi::playbook &playbook, std::string_view question,
                       when at, language in) {
        return detail::told(function, get(), playbook.get(), at.as_of, at.known_at,
                            detail::at(question), std::uint64_t{question.size()},
                            detail::number(in));
    }

    detail::owned<gx_store> it_;
};

/** The value of an expression without customers, as JSON. */
inline std::string eval(std::string_view expression, std::string_view bindings = {}) {
    return detail::told(gx_eval_json, detail::at(expression), std::uint64_t{expression.size()},
                        detail::maybe(bindings), std::uint64_t{bindings.size()});
}

/** Fits a model of customer value. */
inline std::string fit(std::string_view question, const table &rows, language in = language::en) {
    gx_table plain = rows.plain();
    return detail::told(gx_model_fit, detail::at(question), std::uint64_t{question.size()},
                        &plain, detail::number(in));
}

/** Says the future of customers, as Arrow columns; what is to be said of them is
 * returned. */
inline std::string predict(std::string_view question, const table &rows, ArrowArray *array,
                           ArrowSchema *schema, std::uint32_t threads = 0,
                           language in = language::en) {
    gx_table plain = rows.plain();
    return detail::told(gx_model_predict, detail::at(question), std::uint64_t{question.size()},
                        &plain, detail::number(in), threads, array, schema);
}

/** The text or number at a JSON pointer of an answer. */
inline std::string json_text(std::string_view json, std::string_view pointer) {
    return detail::told(gx_json_text, detail::at(json), std::uint64_t{json.size()},
                        detail::at(pointer), std::uint64_t{pointer.size()});
}

/** How many are in the list or object at a JSON pointer of an answer. */
inline std::uint64_t json_count(std::string_view json, std::string_view pointer) {
    std::uint64_t out = 0;
    detail::call(gx_json_count, detail::at(json), std::uint64_t{json.size()}, detail::at(pointer),
                 std::uint64_t{pointer.size()}, &out);
    return out;
}

/** The library that is linked, like `0.1.0`. */
inline std::string version() { return detail::text(gx_version_text()); }
inline std::uint32_t version_number() { return gx_version_number(); }

/** The number of the interface: another than GX_ABI_VERSION is another library. */
inline std::uint32_t abi() { return gx_version_abi(); }

/** How it was built, as JSON. */
inline std::string build() { return detail::told(gx_version_build); }

}  // namespace guanxi

#endif
