// `gradscape data`: the data set, as it is drawn or read.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "gradscape/internal/counted.hpp"
#include "tools/common/command_line.hpp"
#include "tools/common/common_options.hpp"
#include "tools/common/option_tree.hpp"

namespace gradscape::cli {
namespace {

struct DataCommand {
    DataOptions data;
    std::string output, test_output;
    ReportOptions report;
    std::size_t max_memory = 0;
};

std::string as_text(const Sequences& sequences) {
    constexpr std::size_t most_rows = 40, most_columns = 40;
    std::string text;
    for (std::size_t i = 0; i < std::min(sequences.count, most_rows); ++i) {
        const auto inputs = sequences.inputs_of(i);
        const auto shown = inputs.first(std::min(inputs.size(), most_columns));
        text += fmt::format("  {}{}  target {}\n", fmt::join(shown, " "),
                            shown.size() < inputs.size() ? " …" : "", sequences.targets[i]);
    }
    if (sequences.count > most_rows)
        text += fmt::format("  … and {} more\n", sequences.count - most_rows);
    return text;
}

Json input_rows(const Sequences& sequences) {
    Json rows = Json::array();
    for (std::size_t i = 0; i < sequences.count; ++i) rows.push_back(sequences.inputs_of(i));
    return rows;
}

void run_data(const DataCommand& command, Transaction& files) {
    claim_files(files, command.data);
    for (const std::string& output : {command.output, command.test_output})
        if (!output.empty()) files.write(output);
    // Facts for --json are 16 bytes a number, and as text some more.
    const double copies = command.report.json.empty() ? 1 : 6;
    const CountingData data = load_data(command.data, {copies, 0, command.max_memory});
    if (!command.output.empty()) write_sequences_csv(files.open(command.output), data.train);
    if (!command.test_output.empty())
        write_sequences_csv(files.open(command.test_output), data.test);
    std::string text = fmt::format("{} of length {}:\n{}", counted(data.train.count, "sequence"),
                                   data.train.length, as_text(data.train));
    if (data.test.count > 0)
        text += fmt::format("{} test sequences:\n{}", data.test.count, as_text(data.test));
    Json facts = describe(command.data, data);
    facts["distinct_sequences"] = count_distinct(data.train);
    if (!command.report.json.empty()) {  // many sequences make many facts
        facts["inputs"] = input_rows(data.train);
        facts["targets"] = data.train.targets;
        facts["test_inputs"] = input_rows(data.test);
        facts["test_targets"] = data.test.targets;
    }
    report(command.report, files, text, facts);
}

}  // namespace

void setup_data(CLI::App& app) {
    auto command = std::make_shared<DataCommand>();
    auto* sub = app.add_subcommand("data", "Show or write the data set");
    in_group(*sub, "Output");
    sub->add_option("-o,--output", command->output, "Write the training sequences")
        ->type_name("FILE.csv");
    sub->add_option("--test-output", command->test_output, "Write the test sequences")
        ->type_name("FILE.csv");
    add_data_options(*sub, command->data);
    add_memory_option(*sub, command->max_memory);
    add_report_options(*sub, command->report);
    set_example(*sub, "gradscape data --seed 7 --sequences 100 -o dataset.csv");
    sub->callback([command, sub] {
        Transaction files;
        claim_files(files, *sub, command->report);
        run_data(*command, files);
    });
}

}  // namespace gradscape::cli
