package dev.semantica.pages.drawing;

import java.awt.Color;
import java.util.Locale;

/** The colours that a background may have. */
enum Ground {
    CREAM(0xf7ebcf, 0xe6d2a0),
    PEACH(0xf9cdb0, 0xeeae8a),
    ROSE(0xf0b7c8, 0xdf93ac),
    LILAC(0xd2c3ee, 0xb4a0de),
    SKY(0xbfe1f5, 0x90c6e9),
    MINT(0xc3e9d0, 0x97d3ae),
    SLATE(0x8995a8, 0x6d7a90),
    NIGHT(0x363c70, 0x262a54);

    private final Color base;
    private final Color mate;

    Ground(int base, int mate) {
        this.base = new Color(base);
        this.mate = new Color(mate);
    }

    String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    Color base() {
        return base;
    }

    Color mate() {
        return mate;
    }
}
