import java.util.Arrays;

/** Nine by nine cells, and the digits that each row, column and box still lacks. */
final class Grid {
    private static final int SIZE = 9;
    private static final int CELLS = SIZE * SIZE;
    private static final int ALL_DIGITS = (1 << SIZE) - 1;

    /** One bit for each digit: 1 << (digit - 1), or no bit for an empty cell. */
    private final int[] cells = new int[CELLS];
    private final int[] lackingInRow = new int[SIZE];
    private final int[] lackingInColumn = new int[SIZE];
    private final int[] lackingInBox = new int[SIZE];

    Grid() {
        Arrays.fill(lackingInRow, ALL_DIGITS);
        Arrays.fill(lackingInColumn, ALL_DIGITS);
        Arrays.fill(lackingInBox, ALL_DIGITS);
    }

    /** Places the digits of a puzzle in an empty grid; false if two of them contradict each other. */
    boolean fill(String puzzle) {
        for (int cell = 0; cell < CELLS; cell++) {
            if (puzzle.charAt(cell) == '.') {
                continue;
            }
            int digit = 1 << (puzzle.charAt(cell) - '1');
            if ((candidates(cell) & digit) == 0) {
                return false;
            }
            toggle(cell, digit);
        }
        return true;
    }

    /** Fills the empty cells, the most constrained first; false, and unchanged, if it is impossible. */
    boolean solve() {
        int cell = mostConstrainedCell();
        if (cell < 0) {
            return true;
        }
        for (int left = candidates(cell); left != 0; left &= left - 1) {
            int digit = Integer.lowestOneBit(left);
            toggle(cell, digit);
            if (solve()) {
                return true;
            }
            toggle(cell, digit);
        }
        return false;
    }

    /** The empty cell with the fewest candidates, or -1 if no cell is empty. */
    private int mostConstrainedCell() {
        int best = -1;
        int fewest = SIZE + 1;
        for (int cell = 0; cell < CELLS && fewest > 1; cell++) {
            if (cells[cell] != 0) {
                continue;
            }
            int count = Integer.bitCount(candidates(cell));
            if (count < fewest) {
                fewest = count;
                best = cell;
            }
        }
        return best;
    }

    private int candidates(int cell) {
        return lackingInRow[cell / SIZE] & lackingInColumn[cell % SIZE] & lackingInBox[box(cell)];
    }

    /** Places a digit, or takes it away again. */
    private void toggle(int cell, int digit) {
        cells[cell] ^= digit;
        lackingInRow[cell / SIZE] ^= digit;
        lackingInColumn[cell % SIZE] ^= digit;
        lackingInBox[box(cell)] ^= digit;
    }

    private static int box(int cell) {
        return cell / 27 * 3 + cell % SIZE / 3;
    }

    /** The digits row by row; defined for a solved grid only. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(CELLS);
        for (int cell : cells) {
            text.append((char) ('1' + Integer.numberOfTrailingZeros(cell)));
        }
        return text.toString();
    }
}
