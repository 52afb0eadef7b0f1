// SPDX-License-Identifier: MIT
#include "tools/explore/session.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "tools/common/choose_evaluator.hpp"
#include "tools/surface/surface_parameters.hpp"

namespace gradscape::explore {
namespace {

std::vector<DataSet> load_all(const SessionOptions& options) {
    std::vector<DataSet> sets;
    for (const std::string& file : options.files) {
        cli::DataOptions data;
        data.file = file;
        CountingData loaded = cli::load_data(data);
        std::string content = cli::content_mark(loaded.train);
        sets.push_back({std::filesystem::path(file).filename().string(), data, std::move(loaded),
                        std::move(content)});
    }
    if (!sets.empty()) return sets;
    sets.push_back({fmt::format("counting ones, seed {}", options.data.seed),
                    options.data,
                    cli::load_data(options.data),
                    {}});
    return sets;
}

}  // namespace

Session::Session(const SessionOptions& options) : Session(load_all(options), options) {}

Session::Session(std::vector<DataSet> data_sets, const SessionOptions& options)
    : data_sets_(std::move(data_sets)),
      evaluator_(&cli::named_evaluator("--backend", options.backend)),
      initial_state_(options.initial_state),
      threads_(options.threads),
      max_memory_(options.max_memory),
      renderer_(options.max_memory / 2, options.threads),
      models_(data_sets_.size()) {}

const LoadedModel& Session::loaded(Loaded& slot, const Evaluator& by, std::size_t data_set,
                                   const RecurrentUnit& unit) {
    const std::lock_guard lock(mutex_);
    if (!slot) slot = by.load(cli::make_model(data_sets_[data_set].data.train, unit));
    return *slot;
}

const LoadedModel& Session::model(std::size_t data_set, const RecurrentUnit& unit) {
    return loaded(models_[data_set].fast[static_cast<std::size_t>(unit.activation)], *evaluator_,
                  data_set, unit);
}

const LoadedModel& Session::reference(std::size_t data_set, const RecurrentUnit& unit) {
    return loaded(models_[data_set].reference[static_cast<std::size_t>(unit.activation)],
                  find_evaluator("reference"), data_set, unit);
}

Context Session::export_context(std::stop_token stop) const {
    Context context;
    context.threads = threads_;
    context.max_memory = max_memory_ / 2;
    context.stop = std::move(stop);
    return context;
}

}  // namespace gradscape::explore
