// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "gradscape/error.hpp"
#include "tests/golden.hpp"
#include "tests/temporary_folder.hpp"

namespace gradscape::data {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

class SequencesCsv : public ::testing::Test {
protected:
    std::string file(const std::string& content) {
        const std::string path = folder_ / "data.csv";
        std::ofstream(path, std::ios::binary) << content;
        return path;
    }
    Sequences read(const std::string& content) { return read_sequences_csv(file(content)); }

    void expect_error(const std::string& content, const std::string& where,
                      const std::string& what) {
        const std::string path = file(content);
        EXPECT_THAT([&] { read_sequences_csv(path); },
                    ThrowsMessage<InputError>(AllOf(HasSubstr(path + where), HasSubstr(what))))
            << content;
    }
    test::TemporaryFolder folder_;
};

TEST_F(SequencesCsv, ReadsTheGoldenDataSets) {
    for (const std::string name : {"article_dataset.csv", "article_test.csv"})
        EXPECT_EQ(read_sequences_csv(golden::path(name)), golden::article(name));
}

TEST_F(SequencesCsv, WritesTheGoldenDataSetByteForByte) {
    const std::string path = folder_ / "out.csv";
    write_sequences_csv(path, make_counting_data(1, 20, 10, 0).train);
    std::string expected = test::read_all(golden::path("article_dataset.csv"));
    std::erase(expected, '\r');
    EXPECT_EQ(test::read_all(path), expected);
}

TEST_F(SequencesCsv, SumsTheRowWithoutATarget) {
    const Sequences expected{2, 2, {1, 2, -0.5, 0.25}, {3, -0.25}, {1, 1}};
    EXPECT_EQ(read("x1,x2\n1,2\n-0.5,0.25\n"), expected);
}

TEST_F(SequencesCsv, TakesTargetAndWeight) {
    EXPECT_EQ(read("x1,target,weight\n1,2,3.5\n"), (Sequences{1, 1, {1}, {2}, {3.5}}));
    EXPECT_EQ(read("x1,weight\n1,3.5\n"), (Sequences{1, 1, {1}, {1}, {3.5}}));
}

TEST_F(SequencesCsv, AcceptsWhatEditorsDo) {
    const Sequences expected{1, 2, {1, 2}, {3}, {1}};
    EXPECT_EQ(read("\xef\xbb\xbfx1,x2,target\r\n1,2,3\r\n"), expected);
    EXPECT_EQ(read("x1, x2 ,target\n 1,+2, 3"), expected);
    EXPECT_EQ(read("x1,x2,target\n1,2,3\n\n \n"), expected);
}

TEST_F(SequencesCsv, RoundTripsAnyDoubles) {
    const Sequences data{2, 2, {0.1, -1e-300, 1.0 / 3, 12345678.9}, {5e-324, 1e300}, {1, 0.7}};
    const std::string path = folder_ / "round.csv";
    write_sequences_csv(path, data);
    EXPECT_EQ(read_sequences_csv(path), data);
}

TEST_F(SequencesCsv, ReadsLinesLongerThanItsFirstBuffer) {
    const std::size_t length = 200000;
    std::string text = "x1";
    for (std::size_t k = 2; k <= length; ++k) text += fmt::format(",x{}", k);
    text += "\n1";
    for (std::size_t k = 2; k <= length; ++k) text += ",1";
    const auto data = read(text);
    EXPECT_EQ(data.length, length);
    EXPECT_EQ(data.targets[0], static_cast<double>(length));
}

TEST_F(SequencesCsv, NamesTheLineAndColumnThatIsWrong) {
    expect_error("", "", "is empty");
    expect_error("x1,x2\n", "", "no sequences");
    expect_error("x1,x2\n1,2\n1\n", ":3", "1 column where the header has 2");
    expect_error("x1,x2\n1,2,3\n", ":2", "3 columns where the header has 2");
    expect_error("x1,x2\n1,two\n", ":2", "column 2 is 'two'");
    expect_error("x1,x2\n1,\n", ":2", "column 2 is ''");
    expect_error("x1,x2\n1,nan\n", ":2", "finite");
    expect_error("x1,x2\n-inf,2\n", ":2", "column 1 is '-inf'");
    expect_error("x1,x2\n1e308,1e308\n", ":2", "exceeds double");
    expect_error("x1,weight\n1,0\n", ":2", "greater than 0");
    expect_error("x1,weight\n1,-2\n", ":2", "greater than 0");
}

TEST_F(SequencesCsv, N9RefusesWeightsWhoseSumExceedsDouble) {
    EXPECT_EQ(read("x1,weight\n1,8e307\n2,9e307\n").total_weight(), 1.7e308);
    const std::string path = file("x1,weight\n1,9e307\n2,9e307\n");
    EXPECT_THAT([&] { read_sequences_csv(path); },
                ThrowsMessage<InputError>(AllOf(HasSubstr(path), HasSubstr("sum of the weights"),
                                                HasSubstr("divide all by the largest"))));
}

TEST_F(SequencesCsv, SaysWhatHeaderIsRight) {
    for (const char* header : {"x1,target,target", "a,b", "1,0,1", "x1,,x3", "x1,x1", "x0,x1",
                               "x01", "target", "x1,x2,target,weight,more"})
        expect_error(std::string(header) + "\n1,2\n", ":1",
                     "the header must be x1,x2,…,xT, with target and weight if there are any");
}

TEST_F(SequencesCsv, RefusesWhatIsNoFile) {
    EXPECT_THAT([&] { read_sequences_csv(folder_ / "absent.csv"); },
                ThrowsMessage<InputError>(HasSubstr("No such file")));
    EXPECT_THAT([&] { read_sequences_csv(std::filesystem::temp_directory_path()); },
                ThrowsMessage<InputError>(HasSubstr("is a folder")));
    EXPECT_THAT([] { read_sequences_csv("/proc/self/mem"); },
                ThrowsMessage<InputError>(HasSubstr("cannot be read")));
    EXPECT_THROW(read_sequences_csv("/dev/zero"), InputError);
}

TEST_F(SequencesCsv, F6ReadsWhatIsUnambiguous) {
    const Sequences expected{2, 2, {1, 2, -0.5, 0.25}, {3, 4}, {1, 2}};
    for (const std::string content :
         {"x1,x2,target,weight\n1,2,3,1\n-0.5,0.25,4,2\n",
          "x1;x2;target;weight\n1;2;3;1\n-0.5;0.25;4;2\n",
          "x1\tx2\ttarget\tweight\n1\t2\t3\t1\n-0.5\t0.25\t4\t2\n",
          "\"x1\",\"x2\",\"target\",\"weight\"\n\"1\",\"2\",\"3\",\"1\"\n-0.5,\"0.25\",4,2\n",
          "weight,x2,target,x1\n1,2,3,1\n2,0.25,4,-0.5\n",  // any order
          "X1,X2,Target,WEIGHT\n1,2,3,1\n-0.5,0.25,4,2\n",
          "# made by hand, \"quoted\n\n  x1 , x2,target,weight\n 1,2 ,3,1\n\n# the other\n"
          "-0.5,0.25,4,2\n\n",
          "x1,x2,target,weight\r1,2,3,1\r-0.5,0.25,4,2\r",                   // CR only
          "\xef\xbb\xbfx1;x2;target;weight\r\n1;2;3;1\r\n-0.5;0.25;4;2"}) {  // no last end
        EXPECT_EQ(read(content), expected) << content;
    }
}

TEST_F(SequencesCsv, F6SaysWhatTheFileLooksLike) {
    expect_error({"\xff\xfex\0001\0\n\0", 8}, ":1: ", "the file is in UTF-16; save it as UTF-8");
    expect_error({"x\0001\0\n\0", 6}, ":1: ", "holds zero bytes; is it a text file?");
    expect_error("1,2,3\n4,5,6\n", ":1: ", "numbers, but no header before them");
    expect_error("# x1,x2,target\n1,2,3\n", ":2: ", "the header is commented out");
    expect_error("x1,x2;target\n1,2,3\n", ":1: ", "commas and semicolons");
    expect_error("x1;x2\n1;2\n0,5;1\n", ":3: ", "'0,5' (decimals come after a point)");
    expect_error("x1,x2\n1,2\n\n1\n", ":4: ", "1 column where the header has 2");
    expect_error("x1,x2\n1,2,\n", ":2: ", "3 columns where the header has 2");
    expect_error("x1,x2,x2\n1,2,3\n", ":1: ", "there are two x2");
    expect_error("target,x1,target\n1,2,3\n", ":1: ", "there are two target");
    expect_error("x1,y\n1,2\n", ":1: ", "column 2 of the header is 'y'");
    expect_error("x1\n1\n\"2\n3\n", ":3: ", "a quote is not closed");
    expect_error("x1\n1\n\"2\"3\n", ":3: ", "a quote is out of place");
    expect_error("x1,x2\n1,2\r3,4\n", ":2: ", "a carriage return within the line");
    // A zero byte does not cut what is said.
    expect_error({"x1,x2\n1,a\0b\n", 12},
                 ":2: ", "column 2 is 'a\\x00b'; a finite number is wanted");
}

}  // namespace
}  // namespace gradscape::data
