// SPDX-License-Identifier: MIT
#include "tools/bench/file_case.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <utility>

#include "gradscape/error.hpp"
#include "gradscape/reference.hpp"
#include "gradscape/render.hpp"
#include "gradscape/sinks.hpp"
#include "tools/bench/verify.hpp"

namespace gradscape::bench {
namespace {

/// A folder that is gone with the object.
class Folder {
public:
    Folder() {
        std::string name = (std::filesystem::temp_directory_path() / "gradscape-XXXXXX").string();
        if (!::mkdtemp(name.data())) throw RunError(fmt::format("cannot make {}", name));
        path_ = name;
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    std::string file(const std::string& extension) const {
        return fmt::format("{}/surface.{}", path_, extension);
    }

private:
    std::string path_;
};

Model model_of(Activation activation) {
    return {make_counting_data(1, 20, 10, 0).train, activation};
}
Grid grid_of(std::size_t size) { return {{-3, 3, size}, {-3, 3, size}}; }

ColorMap map_of(ColorStyle style) {
    ColorSpec spec;
    spec.style = style;
    return ColorMap(spec);
}

/// The file holds `values`, after the 128 bytes of a .npy header.
std::string array_error(const std::string& path, const std::vector<float>& values) {
    std::ifstream file(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    const std::size_t size = values.size() * sizeof(float);
    if (bytes.size() == 128 + size && std::memcmp(bytes.data() + 128, values.data(), size) == 0)
        return {};
    return fmt::format("wrong result: {} does not hold the values", path);
}

/// A surface in memory, and the sink that makes a file of it.
class EncodeRun {
public:
    explicit EncodeRun(FileSpec spec)
        : spec_(std::move(spec)), map_(map_of(spec_.style)), values_(spec_.size * spec_.size) {
        view_.grid = grid_of(spec_.size);
        Strip whole{0, spec_.size, {}};
        whole.data[Field::loss] = values_.data();
        find_evaluator("cpu").load(model_of(spec_.activation))->values(view_)(whole);
    }

    void run() const {
        const auto sink = spec_.extension == "png"
                              ? heatmap_sink(path(), view_, Field::loss, map_, {})
                              : npy_sink(path(), view_, Field::loss);
        Sink* const sinks[] = {sink.get()};
        StripOptions options;
        options.threads = spec_.threads;
        const std::size_t cols = spec_.size;
        run_strips(
            [&](const Strip& strip) {
                std::memcpy(strip.field<float>(Field::loss),
                            values_.data() + strip.first_row * cols,
                            strip.rows * cols * sizeof(float));
            },
            view_, sinks, options);
    }

    /// Pictures are compared at a size that the reference can do.
    std::string error() const {
        if (spec_.extension == "npy") return array_error(path(), values_);
        FileSpec small = spec_;
        small.size = 200;
        const EncodeRun picture(small);
        picture.run();
        return picture_error(picture.path(), model_of(spec_.activation), picture.view_.grid, map_);
    }

private:
    std::string path() const { return folder_.file(spec_.extension); }

    Folder folder_;
    FileSpec spec_;
    ColorMap map_;
    View view_;
    std::vector<float> values_;
};

/// A picture from its parameters: what `gradscape surface` does between its start and its end.
class PictureRun {
public:
    explicit PictureRun(FileSpec spec)
        : spec_(std::move(spec)), model_(model_of(spec_.activation)), map_(map_of(spec_.style)) {}

    void run() const { run_of(spec_.size); }

    std::string error() const {
        run_of(small);
        return picture_error(path(), model_, grid_of(small), map_);
    }

private:
    static constexpr std::size_t small = 200;

    std::string path() const { return folder_.file(spec_.extension); }
    void run_of(std::size_t size) const {
        RenderJob job;
        job.grid = grid_of(size);
        job.map = map_;
        job.outputs.push_back({OutputKind::png, path()});
        Context context;
        context.threads = spec_.threads;
        render(*find_evaluator("cpu").load(model_), std::move(job), context);
    }

    Folder folder_;
    FileSpec spec_;
    Model model_;
    ColorMap map_;
};

/// View after view of one loaded model.
class ViewRun {
public:
    ViewRun(std::size_t cols, std::size_t rows)
        : grid_{{-3, 3, cols}, {-3, 3, rows}},
          loaded_(find_evaluator("cpu").load(model_of(Activation::linear))) {}

    void run() {
        see(grid_, [](std::size_t) {});
    }

    std::string error() {
        const Grid small{{-3, 3, 300}, {-3, 3, 200}};
        std::string wrong;
        see(small, [&](std::size_t row) {
            const ColorRun* run = colors_.runs.get();
            for (std::size_t i = 0, column = 0; i < colors_.run_count; ++i, ++run) {
                for (; column < run->end; ++column)
                    if (!is_right(small, row, column, run->index))
                        wrong = fmt::format("wrong result: row {}, column {}", row, column);
                if (run->end == small.cols()) column = 0, ++row;
            }
        });
        return wrong;
    }

private:
    /// `use(row)` after each block, from that row up.
    template <class Use>
    void see(const Grid& grid, Use use) {
        const View view{grid, {Field::loss}, Method::automatic, Precision::f64, {}};
        const ColorFiller filler = loaded_->colors(view, Field::loss, map_);
        const std::size_t block = run_block_rows(grid);
        for (std::size_t row = 0; row < grid.rows(); row += block) {
            filler.fill({row, std::min(block, grid.rows() - row), {}}, colors_);
            use(row);
        }
    }

    bool is_right(const Grid& grid, std::size_t row, std::size_t column, unsigned index) const {
        const double loss =
            reference_gradient(loaded_->model(), grid.wx.at(column), grid.wrec.at(row)).loss;
        const double rounding = 1e-12 * loss + 1e-12;
        return map_.index(loss - rounding) <= index && index <= map_.index(loss + rounding);
    }

    Grid grid_;
    std::shared_ptr<const LoadedModel> loaded_;
    ColorMap map_;
    StripColors colors_;
};

void run_program(std::vector<std::string> arguments) {
    std::vector<char*> argv;
    argv.reserve(arguments.size() + 1);
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    pid_t child = 0;
    if (posix_spawn(&child, argv[0], nullptr, nullptr, argv.data(), environ) != 0)
        throw RunError(fmt::format("cannot start {}", arguments.front()));
    int status = 0;
    waitpid(child, &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        throw RunError(fmt::format("{} failed", fmt::join(arguments, " ")));
}

class ProgramRun {
public:
    ProgramRun(FileSpec spec, std::string program)
        : spec_(std::move(spec)), program_(std::move(program)) {}

    void run() const { run_of(spec_.size); }

    std::string error() const {
        constexpr std::size_t small = 200;
        run_of(small);
        const Model model = model_of(spec_.activation);
        if (spec_.extension == "png")
            return picture_error(path(), model, grid_of(small), map_of(spec_.style));
        View view;
        view.grid = grid_of(small);
        std::vector<float> values(small * small);
        Strip whole{0, small, {}};
        whole.data[Field::loss] = values.data();
        find_evaluator("cpu").load(model)->values(view)(whole);
        const std::string error = array_error(path(), values);
        return error.empty() ? surface_error(model, view, whole) : error;
    }

private:
    std::string path() const { return folder_.file(spec_.extension); }
    void run_of(std::size_t size) const {
        std::vector<std::string> words{program_,
                                       "surface",
                                       "--quiet",
                                       "--size",
                                       std::to_string(size),
                                       "--cell",
                                       std::string(name_of(spec_.activation)),
                                       "--threads",
                                       std::to_string(spec_.threads),
                                       "-o",
                                       path()};
        if (spec_.extension == "png") {  // the range of map_of(), for every cell
            const ColorSpec usual;
            words.insert(words.end(), {"--style", std::string(name_of(spec_.style)),
                                       fmt::format("--range={}:{}", usual.lo, usual.hi)});
        }
        run_program(std::move(words));
    }

    Folder folder_;
    FileSpec spec_;
    std::string program_;
};

Case file_case(const std::string& prefix, const FileSpec& spec, std::function<Prepared()> prepare) {
    const std::string style =
        spec.extension == "png" ? fmt::format("/{}", name_of(spec.style)) : std::string();
    const auto cells = static_cast<double>(spec.size * spec.size);
    const double bytes = spec.extension == "png" ? 1 : sizeof(float);
    return {fmt::format("{}/{}{}/{}/{}x{}", prefix, spec.extension, style, name_of(spec.activation),
                        spec.size, spec.size),
            {cells, cells * bytes, 0},
            // A picture's pixels are not stored but packed, or, as runs, never there.
            spec.extension == "png" ? LimitKind::none : LimitKind::store,
            std::move(prepare)};
}

template <class Run>
Prepared prepared(const std::shared_ptr<Run>& run) {
    return {[run] { run->run(); }, [run] { return run->error(); }};
}

}  // namespace

Case encode_case(const std::string& prefix, const FileSpec& spec) {
    return file_case(prefix + "/encode", spec,
                     [spec] { return prepared(std::make_shared<EncodeRun>(spec)); });
}

Case picture_case(const std::string& prefix, const FileSpec& spec) {
    return file_case(prefix + "/library", spec,
                     [spec] { return prepared(std::make_shared<PictureRun>(spec)); });
}

Case view_case(const std::string& prefix, std::size_t cols, std::size_t rows) {
    const auto cells = static_cast<double>(cols * rows);
    return {fmt::format("{}/view/runs/linear/{}x{}", prefix, cols, rows),
            {cells, 0, 0},
            LimitKind::none,
            [cols, rows] { return prepared(std::make_shared<ViewRun>(cols, rows)); }};
}

Case program_case(const std::string& prefix, const FileSpec& spec, const std::string& program) {
    return file_case(prefix + "/program", spec, [spec, program] {
        return prepared(std::make_shared<ProgramRun>(spec, program));
    });
}

}  // namespace gradscape::bench
