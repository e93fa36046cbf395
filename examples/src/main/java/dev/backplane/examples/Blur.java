package dev.backplane.examples;

import dev.backplane.Manager;
import dev.backplane.SharedIntArray;
import dev.backplane.pool.ProcessPool;
import dev.backplane.store.SegmentOptions;
import java.awt.image.BufferedImage;
import java.io.File;
import javax.imageio.ImageIO;

/// Blurs a picture: workers read its pixels in one shared array and write to another.
public final class Blur {
    private static final int RADIUS = 3;

    private Blur() {}

    /// Reads a picture and writes it as PNG.
    ///
    /// @param arguments the file to read and the file to write
    /// @throws Exception if something fails
    public static void main(String[] arguments) throws Exception {
        ImageIO.write(blurred(ImageIO.read(new File(arguments[0]))), "png", new File(arguments[1]));
    }

    static BufferedImage blurred(BufferedImage image) throws Exception {
        int width = image.getWidth();
        int height = image.getHeight();
        try (Manager manager = Manager.anonymous("blur", SegmentOptions.defaults());
                ProcessPool pool = ProcessPool.builder().start()) {
            SharedIntArray in = manager.intArray("in", (long) width * height);
            SharedIntArray out = manager.intArray("out", (long) width * height);
            in.copyFrom(0, image.getRGB(0, 0, width, height, null, 0, width), 0, width * height);
            pool.forEachSlice(out, (slice, offset) -> {
                for (long i = 0; i < slice.length(); i++) {
                    slice.set(i, mean(in, width, height, (int) (offset + i)));
                }
            });
            BufferedImage result = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
            result.setRGB(0, 0, width, height, out.toArray(), 0, width);
            return result;
        }
    }

    private static int mean(SharedIntArray in, int width, int height, int pixel) {
        int[] sums = new int[3];
        int count = 0;
        for (int y = Math.max(0, pixel / width - RADIUS); y <= Math.min(height - 1, pixel / width + RADIUS); y++) {
            for (int x = Math.max(0, pixel % width - RADIUS); x <= Math.min(width - 1, pixel % width + RADIUS); x++) {
                int rgb = in.get((long) y * width + x);
                sums[0] += rgb >> 16 & 255;
                sums[1] += rgb >> 8 & 255;
                sums[2] += rgb & 255;
                count++;
            }
        }
        return sums[0] / count << 16 | sums[1] / count << 8 | sums[2] / count;
    }
}
