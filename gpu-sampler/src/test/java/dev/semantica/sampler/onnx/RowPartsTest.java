package dev.semantica.sampler.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.semantica.diffusion.Row;
import dev.semantica.diffusion.StepTable;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowPartsTest {

    private static final StepTable TABLE =
            new StepTable(1, List.of(new StepTable.Step(0.5, 1, 1, 1, 0, 1, 0, 0, 0, 1, 0.6, 0.8)));

    /** Digits are what each row costs: 2 for a guided one. */
    @ParameterizedTest(name = "{0} in {1}")
    @CsvSource({
        "1,        2, 1",
        "2,        2, 2",
        "11,       2, 1|1",
        "12,       2, 12",
        "111,      2, 111",
        "1111,     2, 11|11",
        "22222222, 2, 2222|2222",
        "2222222,  2, 2222222",
        "1212,     2, 21|21",
        "1122,     2, 21|21",
        "112,      2, 2|11",
        "222222,   3, 22|22|22",
        "11111,    4, 11111",
        "1111,     4, 1|1|1|1",
        "1111,     1, 1111",
        "1111,     0, 1111",
        "11111111111111111,   2, 11111111111111111",
        "1111111111111111111, 2, 1111111111|111111111"
    })
    void dividesWhereThePartsComeOutEven(String costs, int parts, String expected) {
        assertThat(String.join(
                        "|",
                        RowParts.of(rows(costs), parts).stream()
                                .map(RowPartsTest::costs)
                                .toList()))
                .isEqualTo(expected);
    }

    private static List<Row<String>> rows(String costs) {
        List<Row<String>> rows = new ArrayList<>();
        for (int i = 0; i < costs.length(); i++) {
            rows.add(new Row<>(TABLE, "condition", costs.charAt(i) == '2' ? 3 : 1, 0, i, 4));
        }
        return rows;
    }

    private static String costs(List<Row<String>> part) {
        return String.join(
                "", part.stream().map(row -> Integer.toString(row.entries())).toList());
    }
}
