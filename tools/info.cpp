// `gradscape info`: version, evaluators and why one is missing, and what the machine offers.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <memory>

#include "gradscape/system_info.hpp"
#include "tools/common/command_line.hpp"
#include "tools/common/common_options.hpp"

namespace gradscape::cli {
namespace {

std::string availability(const std::string& missing) {
    return missing.empty() ? "available" : "not available (" + missing + ")";
}

std::string info_text(const SystemInfo& system) {
    std::string text = "gradscape " GRADSCAPE_VERSION "\nBackends:\n";
    for (const Evaluator& evaluator : evaluators())
        text += fmt::format("  {}: {}\n", evaluator.name, availability(evaluator.missing()));
    text += "Modules:\n";
    for (const ModuleRow& row : module_rows)
        text += fmt::format("  {} ({}): {}\n", row.name, row.purpose,
                            availability(missing(row.module)));
    text += fmt::format("Devices: {}\n", system.devices.empty()
                                             ? "none"
                                             : fmt::format("{}", fmt::join(system.devices, ", ")));
    return text + fmt::format("SIMD: {}, {} lanes of f32, {} of f64\nThreads: {}\n", system.simd,
                              system.lanes_f32, system.lanes_f64, system.threads);
}

Json info_facts(const SystemInfo& system) {
    Json backends = Json::array();
    for (const Evaluator& evaluator : evaluators()) {
        const std::string missing = evaluator.missing();
        backends.push_back(
            {{"name", evaluator.name}, {"available", missing.empty()}, {"missing", missing}});
    }
    Json all_modules = Json::array();
    for (const ModuleRow& row : module_rows) {
        const std::string why = missing(row.module);
        all_modules.push_back({{"name", row.name},
                               {"purpose", row.purpose},
                               {"available", why.empty()},
                               {"missing", why}});
    }
    return {
        {"version", GRADSCAPE_VERSION},
        {"backends", backends},
        {"modules", all_modules},
        {"devices", system.devices},
        {"simd",
         {{"name", system.simd}, {"lanes_f32", system.lanes_f32}, {"lanes_f64", system.lanes_f64}}},
        {"threads", system.threads}};
}

}  // namespace

void setup_info(CLI::App& app) {
    auto options = std::make_shared<ReportOptions>();
    auto* sub = app.add_subcommand("info", "Version, evaluators, devices, SIMD and threads");
    add_report_options(*sub, *options);
    set_example(*sub, "gradscape info --json info.json");
    sub->callback([options, sub] {
        Transaction files;
        claim_files(files, *sub, *options);
        const SystemInfo system = system_info();
        report(*options, files, info_text(system), info_facts(system));
    });
}

}  // namespace gradscape::cli
