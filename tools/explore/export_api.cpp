// export.png and the like: the bytes that the command line writes, since it is what makes them.
// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <stdlib.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "gradscape/error.hpp"
#include "gradscape/internal/lock_or_stop.hpp"
#include "gradscape/train.hpp"
#include "tools/article/plots.hpp"
#include "tools/common/option_types.hpp"
#include "tools/explore/api.hpp"
#include "tools/explore/asked.hpp"
#include "tools/surface/surface_parameters.hpp"

namespace gradscape::explore {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_cells = std::size_t{1} << 34;

/// Where an export is made before it is sent: on disk, since it may be larger than memory, and
/// since what fails on the way must not look like a file.
class Workshop {
public:
    Workshop() {
        std::string name = (fs::temp_directory_path() / "gradscape-export-XXXXXX").string();
        if (!mkdtemp(name.data()))
            throw RunError(fmt::format("'{}': no folder can be made there",
                                       fs::temp_directory_path().string()));
        folder_ = name;
    }
    Workshop(const Workshop&) = delete;
    Workshop& operator=(const Workshop&) = delete;
    ~Workshop() {
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }
    std::string path(std::string_view name) const { return (folder_ / name).string(); }

private:
    fs::path folder_;
};

void send_file(const std::string& path, Response& response) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw RunError("the export was made, but cannot be read");
    std::array<char, std::size_t{1} << 16> buffer;
    while (file.read(buffer.data(), buffer.size()) || file.gcount() > 0)
        response.write({buffer.data(), static_cast<std::size_t>(file.gcount())});
    if (file.bad()) throw RunError("the export was made, but cannot be read to its end");
}

/// A file of `gradscape surface`: its picture, its arrays, or its figure.
void make_surface(Session& session, const Asked& asked, const std::string& path,
                  std::optional<Weights> start, const Context& context) {
    cli::SurfaceCommand command = asked.surface;
    const bool figure = !output_kind_of(path);
    (figure ? command.figure : command.outputs.emplace_back()) = path;
    const LoadedModel& model = session.model(asked.data_set, command.unit);
    const ColorMap map = asked.color_map();
    RenderJob job = cli::surface_job(command, map, session.evaluator());
    const View view = decide_view(model, job);
    const cli::Json parameters = cli::picture_parameters(command, view, map, session.evaluator());
    if (figure) {
        HeatmapPanel panel = cli::surface_panel(command, model);
        if (start)
            panel.trajectory = cli::path_of(
                session.reference(asked.data_set, command.unit).path(*start, command.training));
        cli::write_surface_figure(command, path, std::move(panel), model, view, map, context,
                                  cli::figure_metadata(cli::json_text(parameters)));
        return;
    }
    job.outputs.push_back({*output_kind_of(path), path});
    job.record = [&](const View&) -> RenderRecord { return {cli::picture_texts(parameters), {}}; };
    render(model, std::move(job), context);
}

}  // namespace

void answer_export(Session& session, std::string_view kind, Query query,
                   const std::stop_token& stop, Response& response) {
    std::optional<Weights> start;
    if (const auto text = query.take("start")) start = cli::parse_weights("start", *text);
    const Asked asked = parse_asked(query, session);
    if (asked.surface.grid.cells() > max_cells)
        throw InputError(fmt::format(
            "size: more than {} cells; `gradscape surface` itself takes more", max_cells));
    if (start) check_iterations(asked.surface.training, max_path_iterations);
    if (FieldSet{asked.surface.field}.any_training())
        check_iterations(asked.surface.training, max_map_iterations);
    const bool path_wanted = start && kind == "csv";
    const std::string name =
        path_wanted ? "path.csv" : fmt::format("{}.{}", name_of(asked.surface.field), kind);
    // One at a time: each may take the memory that is for exports.
    const auto turn = lock_or_stop(session.exporting());
    const Workshop workshop;
    const std::string path = workshop.path(name);
    if (path_wanted) {
        write_trajectory_csv(path, session.reference(asked.data_set, asked.surface.unit)
                                       .path(*start, asked.surface.training));
    } else {
        make_surface(session, asked, path, start, session.export_context(stop));
    }
    response.type = "application/octet-stream";
    response.fields.emplace_back("Content-Disposition",
                                 fmt::format("attachment; filename=\"gradscape-{}\"", name));
    send_file(path, response);
}

}  // namespace gradscape::explore
