// What an explorer shows: data sets, and models of them as an evaluator has them.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gradscape/context.hpp"
#include "gradscape/frame.hpp"
#include "tools/common/common_options.hpp"

namespace gradscape::explore {

struct SessionOptions {
    cli::DataOptions data;           ///< generated, where no files are given
    std::vector<std::string> files;  ///< CSV
    double initial_state = 0;        ///< of all models
    std::string backend = "auto";
    unsigned threads = 0;
    std::size_t max_memory = std::size_t{512} << 20;
};

struct DataSet {
    std::string name;
    cli::DataOptions options;
    CountingData data;
    std::string content;  ///< content_mark of a file's data
};

/// Immutable to the eye; any threads at once.
class Session {
public:
    /// Reads all data sets; InputError where one cannot be.
    explicit Session(const SessionOptions& options);
    /// Of data sets that are here already, at least one; the options' data and files are not read.
    Session(std::vector<DataSet> data_sets, const SessionOptions& options);

    const std::vector<DataSet>& data_sets() const { return data_sets_; }
    const Evaluator& evaluator() const { return *evaluator_; }
    double initial_state() const { return initial_state_; }
    unsigned threads() const { return threads_; }
    /// By the session's evaluator, and by the reference; loaded when first asked for. A cell from
    /// the session's own initial state.
    const LoadedModel& model(std::size_t data_set, const RecurrentUnit& unit);
    const LoadedModel& reference(std::size_t data_set, const RecurrentUnit& unit);
    FrameRenderer& renderer() { return renderer_; }
    /// Of a whole-picture export.
    Context export_context(std::stop_token stop) const;
    /// Held by who exports.
    std::mutex& exporting() { return exporting_; }

private:
    using Loaded = std::shared_ptr<const LoadedModel>;
    struct Models {
        std::array<Loaded, activation_names.size()> fast, reference;
    };
    const LoadedModel& loaded(Loaded& slot, const Evaluator& by, std::size_t data_set,
                              const RecurrentUnit& unit);

    std::vector<DataSet> data_sets_;
    const Evaluator* evaluator_;
    const double initial_state_;
    const unsigned threads_;
    const std::size_t max_memory_;
    FrameRenderer renderer_;
    std::mutex mutex_, exporting_;
    std::vector<Models> models_;
};

}  // namespace gradscape::explore
