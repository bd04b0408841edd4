/*
 * Reviews a folder with playbook.json, mapping.json and events.csv: the C++
 * program to begin with.
 *
 *     review-cpp FOLDER [en | zh]
 *
 * The host's rows go over as columns of texts, as they stand in the file. What
 * comes back is printed as plain lines: states, segments, and why one customer is
 * in the first of them. The whole page of the command line is review.c.
 */
#include <fstream>
#include <iostream>
#include <sstream>

#include "guanxi.hpp"

namespace {

bool is_chinese(guanxi::language in) { return in == guanxi::language::zh; }

std::string read_file(const std::string &path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error("there is no " + path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/* Cells by columns: rows without quotes, names in the first one. */
struct sheet {
    std::vector<std::string> names;
    std::vector<guanxi::texts> cells;
    std::uint64_t rows = 0;
};

std::vector<std::string> cells_of(std::string line) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    std::vector<std::string> cells{""};
    for (char letter : line) {
        if (letter == ',')
            cells.emplace_back();
        else
            cells.back() += letter;
    }
    return cells;
}

sheet read_sheet(const std::string &path) {
    std::ifstream file(path);
    std::string line;
    if (!std::getline(file, line)) throw std::runtime_error("there is no " + path);
    sheet out;
    out.names = cells_of(line);
    out.cells.resize(out.names.size());
    for (; std::getline(file, line); out.rows++) {
        std::vector<std::string> row = cells_of(line);
        row.resize(out.names.size());
        for (std::size_t i = 0; i < row.size(); i++) out.cells[i].push_back(row[i]);
    }
    return out;
}

/* Rows that are not as they should be are told, and keep no other out. */
void record(guanxi::store &store, const std::string &folder, guanxi::language in) {
    const sheet events = read_sheet(folder + "/events.csv");
    const std::string mapping = read_file(folder + "/mapping.json");
    std::vector<gx_column> columns;
    for (std::size_t i = 0; i < events.names.size(); i++)
        columns.push_back(events.cells[i].column(events.names[i]));
    guanxi::append_options how;
    how.mapping = mapping;
    how.said_in = in;
    const std::string report = store.append(columns, events.rows, guanxi::backfill, how);
    if (guanxi::json_count(report, "/not_recorded") > 0) std::cerr << report << "\n";
}

void print(const guanxi::playbook &playbook, const guanxi::review &review, guanxi::language in) {
    const bool zh = is_chinese(in);
    std::cout << playbook.label(in) << "\n"
              << playbook.show_time(review.as_of()) << "\n"
              << (zh ? "客户 " : "customers ") << review.customers() << (zh ? "，事件 " : ", events ")
              << review.events() << "\n";
    for (const guanxi::machine &machine : review.machines()) {
        std::cout << "\n" << (zh ? machine.label_zh : machine.label) << "\n";
        for (const guanxi::state &state : machine.states)
            std::cout << (state.inside ? "    " : "  ") << (zh ? state.label_zh : state.label)
                      << ": " << state.customers << "\n";
    }
    std::cout << "\n" << (zh ? "细分" : "segments") << "\n";
    for (const guanxi::segment &segment : review.segments())
        std::cout << "  " << (zh ? segment.label_zh : segment.label) << ": " << segment.members
                  << "\n";
}

/* The first member of the first segment that has one, and the reason. */
void print_reason(const guanxi::review &review, guanxi::language in) {
    for (const guanxi::segment &segment : review.segments()) {
        const guanxi::ids members = review.members(segment.name);
        if (members.empty()) continue;
        const std::string condition = "segment('" + segment.name + "')";
        const std::string reason = review.explain(condition, members[0], in);
        std::cout << "\n"
                  << members[0] << ", " << segment.name << "\n"
                  << guanxi::json_text(reason, "/parts/0/said") << "\n";
        return;
    }
}

void run(const std::string &folder, guanxi::language in) {
    const guanxi::playbook playbook{read_file(folder + "/playbook.json")};
    guanxi::store store = guanxi::store::in_memory(playbook);
    record(store, folder, in);
    const guanxi::review review = store.review(playbook);
    print(playbook, review, in);
    print_reason(review, in);
}

/* Everything that is wrong, where it is, and the way out. */
void print(const guanxi::error &error, guanxi::language in) {
    const bool zh = is_chinese(in);
    for (const guanxi::fault &fault : error.faults()) {
        std::cerr << fault.code << " " << fault.name << ": "
                  << (zh ? fault.message_zh : fault.message) << "\n";
        if (!fault.pointer.empty()) std::cerr << "  --> " << fault.pointer << "\n";
        if (!fault.hint.empty()) std::cerr << "   = " << (zh ? fault.hint_zh : fault.hint) << "\n";
    }
}

}  // namespace

int main(int argc, char **argv) {
    const std::string language = argc > 2 ? argv[2] : "en";
    const guanxi::language in = language == "zh" ? guanxi::language::zh : guanxi::language::en;
    if (argc < 2 || guanxi::abi() != GX_ABI_VERSION) {
        std::cerr << (argc < 2 ? "expected a folder\n" : "libguanxi is of another version\n");
        return 1;
    }
    try {
        run(argv[1], in);
    } catch (const guanxi::error &error) {
        print(error, in);
        return 1;
    } catch (const std::exception &failure) {
        std::cerr << failure.what() << "\n";
        return 1;
    }
    return 0;
}
