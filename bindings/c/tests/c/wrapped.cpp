// The library as C++ has it, rightly and wrongly.
//
//     wrapped FOLDER
#include "check.h"

#include <algorithm>
#include <type_traits>

#include "guanxi.hpp"

static_assert(!std::is_copy_constructible<guanxi::store>::value, "one owner");
static_assert(std::is_nothrow_move_constructible<guanxi::store>::value, "moved without a throw");
static_assert(std::is_nothrow_copy_constructible<guanxi::error>::value, "an exception");

// A column borrows: values that are gone at once make none.
template <class T, class = void>
struct makes_a_column : std::false_type {};
template <class T>
struct makes_a_column<T, std::void_t<decltype(guanxi::column("", std::declval<T>()))>>
    : std::true_type {};
static_assert(makes_a_column<const std::vector<double> &>::value, "kept");
static_assert(!makes_a_column<std::vector<double>>::value, "gone");
static_assert(!makes_a_column<std::vector<std::int64_t>>::value, "gone");

// Another file of the program has the header too.
int from_elsewhere(const guanxi::review &review);

static bool has(const std::string &text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

template <class F>
static guanxi::error thrown(F run) {
    try {
        run();
    } catch (const guanxi::error &error) {
        return error;
    }
    check(0, "nothing was thrown", __FILE__, __LINE__);
    std::abort();
}

static void answers(guanxi::store &store, const guanxi::playbook &playbook) {
    const guanxi::instant march = playbook.parse_time("2026-03-01");
    CHECK(has(playbook.show_time(march), "2026-03-0"));
    const guanxi::when at{march, guanxi::none};
    guanxi::review review = store.review(playbook, march, {2, {}});
    CHECK(review.as_of() == march && review.customers() == 2 && review.events() == 3);
    CHECK(from_elsewhere(review) == 2);
    CHECK(has(review.json(guanxi::language::zh), "\"customers\""));

    const std::vector<guanxi::segment> segments = review.segments();
    CHECK(segments.size() == 2 && segments[1].name == "regulars" && segments[1].members == 1);
    CHECK(segments[1].label == "regulars" && segments[1].label_zh == "常客");
    CHECK(segments[0].errors == 1);
    const guanxi::ids members = review.members("regulars");
    CHECK(members.size() == 1 && members[0] == "C-1" && *members.begin() == "C-1");
    CHECK(std::count(members.begin(), members.end(), "C-1") == 1);
    CHECK(review.those("purchases.size() < 2").size() == 1);
    CHECK(has(review.query("purchases.size() < 2"), "\"members\":1"));
    CHECK(has(review.explain("segment('regulars')", "C-2"), "\"outcome\":\"no\""));
    CHECK(has(review.customer("C-1"), "\"C-1\""));

    const std::vector<guanxi::kind> kinds = review.kinds();
    CHECK(kinds.size() == 1 && kinds[0].name == "purchase" && kinds[0].events == 3);
    CHECK(kinds[0].customers == 2 && kinds[0].first < kinds[0].last);
    const std::vector<guanxi::machine> machines = review.machines();
    CHECK(machines.size() == 1 && machines[0].states.size() == 3 && !machines[0].keyed);
    CHECK(machines[0].states[1].name == "buyer" && !machines[0].states[1].inside);
    std::uint64_t everybody = 0;
    for (const guanxi::state &state : machines[0].states) everybody += state.customers;
    CHECK(everybody == 2);
    for (const char *name : {"relationship", ""}) {
        const guanxi::balance balance = review.balance(name, "month", march - 1);
        CHECK(balance.states.size() == 3 && balance.from < balance.until);
        const gx_balance &buyer = balance.states[1];
        CHECK(buyer.opening + buyer.began + buyer.entered == buyer.left + buyer.erased + buyer.closing);
    }
    CHECK(has(review.flow("relationship", "month"), "\"states\""));
    CHECK(has(review.picture({}), "<svg"));
    CHECK(has(review.compare(playbook), "semantic_hash"));
    CHECK(has(playbook.diagram("relationship", guanxi::format::mermaid), "stateDiagram"));

    CHECK(has(store.customer(playbook, "C-1", at), "\"C-1\""));
    CHECK(has(store.states(playbook, "C-1", at), "relationship"));
    CHECK(has(store.history(playbook, "C-1", at), "prospect"));
    CHECK(has(store.explain(playbook, "C-1", at, guanxi::language::zh), "relationship"));
    CHECK(has(store.why_not(playbook, "C-1", {}, "lapsed", at), "lapsed"));
    CHECK(has(store.what_if(playbook, "C-2",
                            R"([{"kind":"purchase","customer":"C-2","at":"2026-03-02","amount":"1"}])",
                            at),
              "buyer"));
    CHECK(has(store.segment(playbook, R"({"ask":"list"})"), "regulars"));
    CHECK(has(store.segment(playbook, R"({"ask":"diff"})", at, guanxi::language::en, &playbook),
              "\"same\":2"));
    CHECK(has(store.value(playbook, R"({"ask":"value"})", at), "assessed"));
    CHECK(has(store.collision(playbook, R"({"ask":"collide","row":{"region":"华东"}})", at), "verdict"));
    CHECK(thrown([&] { store.kpi(playbook, "{}"); }).code() != GX_OK);
    CHECK(thrown([&] { playbook.condition("{}"); }).code() != GX_OK);
    CHECK(thrown([&] { playbook.statement("true", "{}", "sqlite", march); }).code() != GX_OK);
}

static void arrow(guanxi::store &store, const guanxi::playbook &playbook) {
    const guanxi::review review = store.review(playbook);
    ArrowArray array;
    ArrowSchema schema;
    const auto release = [&](std::int64_t rows) {
        CHECK(array.length == rows);
        array.release(&array);
        schema.release(&schema);
    };
    review.arrow(&array, &schema);
    release(2);
    review.members("regulars").arrow(&array, &schema);
    release(1);
    review.those_arrow("purchases.size() > 1", &array, &schema);
    release(1);
    CHECK(has(review.cbs(R"({"purchases":"purchase","calibration_end":"2026-02-28"})", &array, &schema), "{"));
    CHECK(array.length == 2);
    // What came out goes into a model.
    guanxi::table rows;
    rows.array = &array;
    rows.schema = &schema;
    ArrowArray future;
    ArrowSchema shape;
    guanxi::predict(R"({"ask":"predict","model":"bg-nbd","params":{"r":1,"alpha":10,"a":1,"b":3},"horizon":30})",
                    rows, &future, &shape, 2);
    CHECK(future.length == 2 && array.release == nullptr);
    future.release(&future);
    shape.release(&shape);
}

static void columns(guanxi::store &store, const guanxi::playbook &playbook) {
    guanxi::texts kinds, customers, ids;
    for (const char *id : {"c-1", "c-2"}) {
        kinds.push_back("purchase");
        customers.push_back("客户-9");
        ids.push_back(id);
    }
    CHECK(ids.size() == 2);
    const std::vector<std::int64_t> at{1772380800000000, 1772380800000001};
    const std::vector<std::int64_t> amounts{1250, 100};
    std::vector<gx_column> all{kinds.column("kind"), customers.column("customer"), ids.column("id"),
                               guanxi::column("at", at, GX_COLUMN_INSTANT),
                               guanxi::column("amount", amounts, GX_COLUMN_DECIMAL)};
    all[4].scale = 2;
    guanxi::append_options trial;
    trial.dry_run = true;
    CHECK(has(store.append(all, 2, guanxi::backfill, trial), "\"new\":2"));
    CHECK(has(store.append(all, 2, guanxi::backfill), "\"new\":2"));
    CHECK(has(store.append(all, 2, guanxi::backfill), "\"same\":2"));

    guanxi::table events;
    events.columns = all;
    events.rows = 2;
    std::string reports;
    const guanxi::review review = guanxi::review::of(playbook, {events}, guanxi::none, {}, &reports);
    CHECK(review.customers() == 1 && has(reports, "\"new\":2"));
    const std::vector<double> frequency{1, 2}, recency{4, 2}, age{9, 9};
    guanxi::table few;
    few.columns = {guanxi::column("frequency", frequency), guanxi::column("recency", recency)};
    few.rows = 2;
    const guanxi::error error = thrown([&] { guanxi::fit(R"({"ask":"fit","model":"bg-nbd"})", few); });
    CHECK(error.code() == GX_E_MISSING_COLUMN);
}

static void followed(const guanxi::playbook &playbook) {
    guanxi::store store = guanxi::store::in_memory(playbook);
    const guanxi::instant seen = playbook.parse_time("2026-02-07");
    store.sign("a host", "a test");
    CHECK(has(store.apply(playbook, SALES, seen, seen), "\"changes\":3"));
    store.sign({});
    CHECK(has(store.follow(playbook, seen, R"({"ask":"changes"})"), "\"changes\":["));
    CHECK(has(store.feed(playbook, R"({"ask":"feeds"})", {}, seen), "\"feeds\":[]"));
    CHECK(has(store.command(playbook, R"({"merge":{"from":"C-2","into":"C-1"}})", seen, seen),
              "\"customers\":[\"C-2\",\"C-1\"]"));
    CHECK(has(store.erase("C-1", seen, true), "\"surrogates\":[]"));
    CHECK(has(store.erase("C-1", seen), "erased-2"));
    const std::string list = store.erasures();
    CHECK(guanxi::json_count(list, "") == 2);
    CHECK(has(store.erase_listed(list), "\"facts\":0"));
}

// What is wrong is an exception with its place; nothing crashes.
static void wrongly(guanxi::store &store, const guanxi::playbook &playbook) {
    const guanxi::error error = thrown([] {
        guanxi::playbook(R"({"guanxi":1,"id":"x","version":"1","calendar":{"zone":"Mars"},"nonsense":1})");
    });
    CHECK(error.faults().size() == 2 && has(error.what(), "/calendar/zone"));
    const guanxi::fault &zone = error.faults()[0].pointer == "/calendar/zone" ? error.faults()[0]
                                                                              : error.faults()[1];
    CHECK(zone.code >= 1000 && !zone.name.empty() && has(zone.message, "Mars"));
    CHECK(!zone.message_zh.empty() && zone.message_zh != zone.message);
    const guanxi::error copy = error;
    CHECK(copy.code() == error.code());
    const guanxi::error spanned = thrown([] { guanxi::eval("1 + x"); });
    CHECK(spanned.faults()[0].span && spanned.faults()[0].span->first == 4);
    CHECK(has(guanxi::playbook::check("{}"), "faults"));

    CHECK(thrown([&] { store.review(playbook).members("nobody"); }).code() == GX_E_UNKNOWN_SEGMENT);
    CHECK(has(store.append("{", guanxi::backfill), "\"refused\":1"));
    CHECK(thrown([&] { store.append(std::string_view{}, INT64_MAX); }).code() ==
          GX_E_TIME_OUT_OF_RANGE);
    CHECK(thrown([&] { guanxi::store::open({}, playbook); }).code() == GX_E_INVALID_ARGUMENT);

    guanxi::store moved = guanxi::store::in_memory(playbook);
    guanxi::store owner = std::move(moved);
    CHECK(has(owner.statistics(), "last_sequence"));
    CHECK_STATUS(gx_store_free(moved.get()), GX_OK);
    CHECK(thrown([&] { moved.statistics(); }).code() == GX_E_NULL_POINTER);
    owner.append(SALES, guanxi::backfill);
    guanxi::review review = owner.review(playbook);
    const guanxi::review kept = std::move(review);
    CHECK(review.customers() == 0 && review.segments().empty());
    CHECK(thrown([&] { review.balance("relationship", "month"); }).code() == GX_E_NULL_POINTER);
}

int main(int argc, char **argv) {
    CHECK(argc == 2);
    const std::string path = std::string(argv[1]) + "/wrapped.db", copy = path + ".copy";
    CHECK(guanxi::abi() == GX_ABI_VERSION && !guanxi::version().empty());
    CHECK(guanxi::version_number() != 0 && has(guanxi::build(), "semantics"));
    CHECK(guanxi::json_text(guanxi::eval("1 + 2"), "/value") == "3");
    CHECK(guanxi::json_text(guanxi::eval("x", R"({"x":{"type":"int","value":"3"}})"), "/value") == "3");
    CHECK(has(guanxi::playbook::schema(), "$schema"));
    const guanxi::playbook playbook{SHOP};
    CHECK(playbook.hash().size() == 64 && playbook.label(guanxi::language::zh) == "小店");
    CHECK(has(playbook.json(), "regulars"));
    {
        guanxi::store store = guanxi::store::open(path, playbook);
        CHECK(has(store.append(SALES, guanxi::backfill), "\"new\":4"));
        answers(store, playbook);
        arrow(store, playbook);
        columns(store, playbook);
        wrongly(store, playbook);
        store.backup(copy);
        CHECK(has(store.verify(), "\"sound\":true"));
    }
    followed(playbook);
    guanxi::store store = guanxi::store::open_read_only(copy, playbook);
    CHECK(thrown([&] { store.append("{\"customer\":\"X\",\"attributes\":{\"age\":1}}",
                                    guanxi::backfill); })
              .code() == GX_E_READ_ONLY);
    return 0;
}
