package dev.semantica.training.data;

/**
 * Ids of pages: SOURCE/PAGE, and SOURCE/PAGE#N for a page that comes again on its Nth paper. What names themselves have of
 * '#' and '%' is written as in addresses, so that neither is taken for a paper, nor two pages for one.
 */
final class PageNames {

    private PageNames() {}

    static String id(String source, String page, int paper) {
        return escaped(source) + "/" + escaped(page) + (paper == 0 ? "" : "#" + paper);
    }

    /** The id without the paper. */
    static String name(String id) {
        int paper = id.lastIndexOf('#');
        return paper < 0 ? id : id.substring(0, paper);
    }

    /** A page's own name, as its source has it. */
    static String own(String name) {
        return name.substring(name.indexOf('/') + 1).replace("%23", "#").replace("%25", "%");
    }

    private static String escaped(String name) {
        return name.replace("%", "%25").replace("#", "%23");
    }
}
