// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "tests/golden.hpp"
#include "tests/run_program.hpp"

namespace gradscape::cli {
namespace {

using test::gradscape;
using test::read_all;
using test::TemporaryFolder;
using ::testing::HasSubstr;

std::set<std::string> files_in(const std::string& folder) {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        names.insert(entry.path().filename());
    return names;
}

class ReproduceCommand : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        folder_ = new TemporaryFolder;
        run_ = new test::ProgramResult(gradscape({"reproduce", "-o", out("")}));
    }
    static void TearDownTestSuite() {
        delete run_;
        delete folder_;
    }
    static std::string out(const std::string& name) { return *folder_ / ("out/" + name); }

    static inline TemporaryFolder* folder_;
    static inline test::ProgramResult* run_;
};

TEST_F(ReproduceCommand, WritesEveryFileAndNothingElse) {
    EXPECT_EQ(run_->status, 0) << run_->err;
    EXPECT_THAT(run_->out, HasSubstr("Final weights are: wx = 1.0014,  wRec = 0.9997\n"));
    const std::set<std::string> expected{
        "dataset.csv",     "test.csv",       "surface.png",    "surface.npz",    "gradients.csv",
        "gradients.png",   "trajectory.csv", "trajectory.png", "optimizers.csv", "optimizers.png",
        "predictions.csv", "report.json",    "report.md"};
    EXPECT_EQ(files_in(out("")), expected);
    for (const char* name : {"surface.png", "gradients.png", "trajectory.png", "optimizers.png"})
        EXPECT_TRUE(read_all(out(name)).starts_with("\x89PNG\r\n")) << name;
}

TEST_F(ReproduceCommand, HasTheArticlesNumbers) {
    EXPECT_EQ(read_sequences_csv(out("dataset.csv")), golden::article());
    EXPECT_EQ(read_sequences_csv(out("test.csv")), golden::article("article_test.csv"));
    const auto path = golden::csv(out("trajectory.csv"));
    const auto expected = golden::csv(golden::path("article_rprop.csv"));
    ASSERT_EQ(path.size(), 501u);
    for (std::size_t i = 0; i < path.size(); ++i)
        for (const char* column : {"w_x", "w_rec"})
            EXPECT_NEAR(golden::number(path[i], column), golden::number(expected[i], column), 1e-9);
    EXPECT_EQ(golden::csv(out("gradients.csv")).size(), 8u * 11);
    const auto predictions = golden::csv(out("predictions.csv"));
    ASSERT_EQ(predictions.size(), 5u);
    for (const auto& row : predictions) EXPECT_EQ(row.at("rounded"), row.at("target"));
}

TEST_F(ReproduceCommand, AnswersTheArticlesQuestions) {
    const auto facts = nlohmann::json::parse(read_all(out("report.json")));
    EXPECT_EQ(facts["gradients"].size(), 8u);
    EXPECT_EQ(facts["gradients"][0]["grad_sum_first_state"], 36431872);
    EXPECT_EQ(facts["on_test"]["counted_right"], 5);
    EXPECT_LT(facts["optimizers"]["largest_stable_gd_rate"].get<double>(), 1e-6);
    const std::string report = read_all(out("report.md"));
    EXPECT_THAT(report, HasSubstr("explode? (2, 2), (1, 2), (-2, -2)."));
    EXPECT_THAT(report, HasSubstr("alternate? (1, -0.5), (-2, -2)."));
    EXPECT_THAT(report, HasSubstr("Does it count well? Yes: 25 of 25"));
    EXPECT_THAT(report, HasSubstr("How significant is Rprop? Very"));
}

/// The cells of the table under a heading, its title row first.
std::vector<std::vector<std::string>> table_under(const std::string& report,
                                                  const std::string& heading) {
    std::vector<std::vector<std::string>> rows;
    std::istringstream lines(report.substr(report.find("## " + heading)));
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with("|")) {
            if (!rows.empty()) break;
            continue;
        }
        if (line.starts_with("|---")) continue;
        std::vector<std::string>& cells = rows.emplace_back();
        std::istringstream row(line.substr(1));
        for (std::string cell; std::getline(row, cell, '|');) {
            const auto first = cell.find_first_not_of(' ');
            cells.push_back(first == std::string::npos
                                ? ""
                                : cell.substr(first, cell.find_last_not_of(' ') + 1 - first));
        }
    }
    return rows;
}

TEST_F(ReproduceCommand, TTheGradientsReportedAreThoseOfTheTable) {
    const auto facts = nlohmann::json::parse(read_all(out("report.json")))["gradients"];
    const auto rows = table_under(read_all(out("report.md")), "Gradient over time");
    const auto traces = golden::csv(out("gradients.csv"));  // of each point, k from 10 down to 0
    ASSERT_EQ(rows.size(), 9u);
    for (std::size_t i = 0; i < 8; ++i) {
        const double last = golden::number(traces.at(11 * i), "grad_sum");
        const double first = golden::number(traces.at(11 * i + 10), "grad_sum");
        EXPECT_EQ(facts[i]["grad_sum_last_state"], last);
        EXPECT_EQ(facts[i]["grad_sum_first_state"], first);
        const auto& row = rows[i + 1];
        EXPECT_EQ(row[0], fmt::format("({:.6g}, {:.6g})", facts[i]["w_x"].get<double>(),
                                      facts[i]["w_rec"].get<double>()));
        EXPECT_NEAR(std::stod(row[1]), last, 1e-5 * std::abs(last));
        EXPECT_NEAR(std::stod(row[2]), first, 1e-5 * std::abs(first));
        EXPECT_EQ(facts[i]["behaviour"], row[3]);
    }
}

TEST_F(ReproduceCommand, TTheTrainingReportedIsThatOfThePath) {
    const std::string report = read_all(out("report.md"));
    const auto facts = nlohmann::json::parse(read_all(out("report.json")))["training"];
    const auto path = golden::csv(out("trajectory.csv"));
    const auto first_below = [&](double tolerance) {
        const auto below = [&](const auto& row) { return golden::number(row, "loss") < tolerance; };
        return std::find_if(path.begin(), path.end(), below) - path.begin();
    };
    EXPECT_EQ(facts["iterations_to_1e-3"], first_below(1e-3));
    EXPECT_EQ(facts["iterations_to_1e-5"], first_below(1e-5));
    EXPECT_THAT(report, HasSubstr(fmt::format("; below 1e-3 after {} iterations, below 1e-5 after "
                                              "{} iterations.",
                                              first_below(1e-3), first_below(1e-5))));
    const auto loss = [&](std::size_t i) { return golden::number(path.at(i), "loss"); };
    EXPECT_THAT(report, HasSubstr(fmt::format("loss {:.4g} (from {:.4g} at the start)", loss(500),
                                              loss(0))));
    ASSERT_LT(loss(500), 0.5 * loss(250));
    EXPECT_THAT(report, HasSubstr(fmt::format("Would more iterations help? Yes: in the second half "
                                              "of the run the loss went from {:.3g} to {:.3g}.",
                                              loss(250), loss(500))));
    const double wx = golden::number(path.at(500), "w_x"),
                 wrec = golden::number(path.at(500), "w_rec");
    int ones = 0;  // how many the trained network still counts right in a row
    for (double state = wx; std::lround(state) == ones + 1; state = wx + wrec * state) ++ones;
    EXPECT_EQ(facts["counts_ones_up_to"], ones);
    EXPECT_THAT(report, HasSubstr(fmt::format("counted right up to length {};", ones)));
    EXPECT_THAT(report, HasSubstr("25 of 25 sequences are counted right after rounding (5 of 5 "
                                  "test sequences)"));
}

TEST_F(ReproduceCommand, TTheOptimisersReportedAreThoseOfTheStudy) {
    const std::string report = read_all(out("report.md"));
    const auto study = nlohmann::json::parse(read_all(out("report.json")))["optimizers"];
    const auto rows = table_under(report, "Rprop and the others");
    const auto lines = golden::csv(out("optimizers.csv"));
    ASSERT_EQ(rows.size(), study["runs"].size() + 1);
    ASSERT_EQ(lines.size(), study["runs"].size());
    double plain = HUGE_VAL, clipped = HUGE_VAL;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const auto& run = study["runs"][i];
        const auto& line = lines[i];
        const auto& row = rows[i + 1];
        SCOPED_TRACE(line.at("optimizer") + " " + line.at("learning_rate"));
        EXPECT_EQ(run["options"]["optimizer"], line.at("optimizer"));
        EXPECT_EQ(row[0], line.at("optimizer"));
        EXPECT_EQ(row[1], line.at("learning_rate"));
        const double norm = golden::number(line, "clip_norm");
        EXPECT_EQ(run["options"]["clip_norm"], norm);
        EXPECT_EQ(row[2].empty() ? 0 : std::stod(row[2]), norm);
        for (const auto& [column, name] :
             {std::pair{3, "iterations_to_1e-3"}, std::pair{4, "iterations_to_1e-5"}}) {
            const std::string reached = line.at(name);
            EXPECT_EQ(std::to_string(run[name].get<int>()), reached);
            EXPECT_EQ(row[static_cast<std::size_t>(column)], reached == "-1" ? "never" : reached);
        }
        // Only plain steps have a largest stable rate.
        const bool has_edge = !line.at("nearest_to_edge").empty();
        const std::string optimizer = line.at("optimizer");
        EXPECT_EQ(has_edge,
                  optimizer == "gd" || optimizer == "momentum" || optimizer == "nesterov");
        EXPECT_EQ(run["nearest_to_edge"].is_null(), !has_edge);
        if (has_edge) {
            const double edge = golden::number(line, "nearest_to_edge");
            if (std::isfinite(edge)) {
                EXPECT_EQ(run["nearest_to_edge"], edge);
            }
            EXPECT_EQ(row[7], fmt::format("{:.3g}", edge));
        } else {
            EXPECT_EQ(row[7], "");
        }
        EXPECT_GE(golden::number(line, "largest_sharpness"),
                  golden::number(line, "final_sharpness"));
        const double loss = golden::number(line, "final_loss");
        const bool diverged = line.at("diverged") == "true";
        EXPECT_EQ(run["diverged"], diverged);
        if (diverged) {
            EXPECT_EQ(row[6], "diverged after " + line.at("iterations"));
            continue;
        }
        EXPECT_EQ(run["loss"], loss);
        EXPECT_EQ(run["losses"].back(), loss);
        EXPECT_EQ(row[6], fmt::format("{:.3g}", loss));
        EXPECT_EQ(row[5], fmt::format("({:.6g}, {:.6g})", golden::number(line, "final_w_x"),
                                      golden::number(line, "final_w_rec")));
        if (line.at("optimizer") == "gd") {
            double& least = norm > 0 ? clipped : plain;
            least = std::min(least, loss);
        }
    }
    EXPECT_THAT(report, HasSubstr(fmt::format("plain gradient descent ends at loss {:.3g} at rate",
                                              plain)));
    EXPECT_THAT(report,
                HasSubstr(fmt::format("with the gradient's norm clipped it ends at loss {:.3g} at "
                                      "rate",
                                      clipped)));
    EXPECT_THAT(report,
                HasSubstr(fmt::format("At rate {:.4g} it still stays finite, at {:.4g} it diverges",
                                      study["largest_stable_gd_rate"].get<double>(),
                                      study["smallest_diverging_gd_rate"].get<double>())));
}

/// Other data, other answers: too short for gradients to explode, nothing that could diverge.
TEST(ReproduceOtherData, AnswersFromWhatWasComputed) {
    const TemporaryFolder folder;
    const std::string data = folder / "zeros.csv";
    std::ofstream(data) << "x1,x2,target\n0,0,1\n0,0,3\n";
    const auto run = gradscape({"reproduce", "--data", data, "-o", folder / "out"});
    EXPECT_EQ(run.status, 0) << run.err;
    const std::string report = read_all(folder / "out/report.md");
    EXPECT_THAT(report, HasSubstr("the target is given with each sequence"));
    EXPECT_THAT(report, ::testing::Not(HasSubstr("count well")));  // nothing is counted here
    EXPECT_THAT(report, ::testing::Not(HasSubstr("well trained")));
    EXPECT_THAT(report, HasSubstr("How significant is Rprop? Not"));
    EXPECT_THAT(report, HasSubstr("Would more iterations help? Hardly"));
    EXPECT_THAT(report, HasSubstr("No rate up to 1 diverges"));
}

TEST_F(ReproduceCommand, TakesAnEvaluatorAndDrawsInOtherFormsToo) {
    const auto run = gradscape({"reproduce", "--backend", "cpu", "--method", "bptt", "--precision",
                                "f32", "--also", "svg", "pdf", "-o", *folder_ / "other"});
    EXPECT_EQ(run.status, 0) << run.err;
    for (const char* name : {"surface", "gradients", "trajectory", "optimizers"}) {
        const std::string base = *folder_ / (std::string("other/") + name);
        EXPECT_THAT(read_all(base + ".svg"), HasSubstr("<svg"));
        EXPECT_TRUE(read_all(base + ".pdf").starts_with("%PDF"));
        EXPECT_TRUE(read_all(base + ".png").starts_with("\x89PNG\r\n"));
    }
    EXPECT_LT(read_all(*folder_ / "other/surface.npz").size(), read_all(out("surface.npz")).size());
    EXPECT_EQ(read_all(*folder_ / "other/report.md"), read_all(out("report.md")));
}

TEST_F(ReproduceCommand, GivesTheSameBytesAgain) {
    EXPECT_EQ(gradscape({"reproduce", "-o", *folder_ / "again"}).status, 0);
    for (const auto& name : files_in(out("")))
        EXPECT_EQ(read_all(out(name)), read_all(*folder_ / ("again/" + name))) << name;
}

}  // namespace
}  // namespace gradscape::cli
