package dev.semantica.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Graphics2D;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;

class DrawnChartTest {

    @Test
    void isAPictureOfTheChartsSize() throws Exception {
        XYChart chart = new XYChartBuilder().width(300).height(200).build();
        chart.addSeries("any", List.of(1, 2), List.of(3, 4));

        var picture = ImageIO.read(new ByteArrayInputStream(DrawnChart.png(chart)));

        assertThat(picture.getWidth()).isEqualTo(300);
        assertThat(picture.getHeight()).isEqualTo(200);
    }

    @Test
    void aMachineWithoutFontsIsAnExceptionThatNamesTheCure() {
        XYChart chart = new Failing(new Error("Probable fatal error: No physical fonts found."));

        assertThatThrownBy(() -> DrawnChart.png(chart))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("No physical fonts found.")
                .hasMessageContaining("apt-get install");
    }

    @Test
    void memoryThatIsUsedUpStaysAnError() {
        XYChart chart = new Failing(new OutOfMemoryError("none left"));

        assertThatThrownBy(() -> DrawnChart.png(chart)).isInstanceOf(OutOfMemoryError.class);
    }

    /** Cannot be painted. */
    private static final class Failing extends XYChart {
        private final Error error;

        Failing(Error error) {
            super(new XYChartBuilder().width(300).height(200));
            this.error = error;
        }

        @Override
        public void paint(Graphics2D g, int width, int height) {
            throw error;
        }
    }
}
