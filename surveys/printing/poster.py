"""The A4 poster for a counter: unit, counter, one sentence, a code that a phone reads from afar."""

from pathlib import Path

from surveys.printing.canvas import A4_MM, BRAND, INK, blank, draw_code

CODE_MM = 112.0
SENTENCE = "Mở máy ảnh hoặc Zalo trên điện thoại, quét mã này."
HEADLINE = "Ông/Bà thấy việc phục vụ\nhôm nay thế nào?"
FOOTER = "Chỉ mất mười giây. Phiếu không hỏi tên, số điện thoại hay số căn cước."
FACES = (("#b3261e", -0.9), ("#c4620a", -0.45), ("#7a6a00", 0.0), ("#2f7d32", 0.45), ("#0b6b3a", 0.9))


def write_pdf(address: str, unit: str, counter: str, path: Path) -> None:
    """Write the poster as a one-page A4 PDF. Lengths inside are millimetres from the top left corner."""
    width, _ = A4_MM
    figure, axes = blank(*A4_MM)
    _banner(axes, unit, counter)
    _faces(axes, top=88)
    axes.text(width / 2, 62, HEADLINE, ha="center", va="center", fontsize=29, weight="bold", color=INK, linespacing=1.3)
    draw_code(axes, address, left=(width - CODE_MM) / 2, top=116, side=CODE_MM)
    axes.text(
        width / 2, 241, _wrapped(SENTENCE, 34), ha="center", va="center", fontsize=21, color=INK, linespacing=1.35
    )
    axes.text(width / 2, 263, address, ha="center", va="center", fontsize=13, color=INK, family="monospace")
    axes.text(width / 2, 281, FOOTER, ha="center", va="center", fontsize=12, color=INK)
    figure.savefig(path, format="pdf", metadata={"Title": f"{counter} – {unit}", "CreationDate": None})


def _banner(axes, unit: str, counter: str) -> None:  # type: ignore[no-untyped-def]
    from matplotlib.patches import Rectangle

    axes.add_patch(Rectangle((0, 0), A4_MM[0], 40, color=BRAND, lw=0))
    axes.text(
        A4_MM[0] / 2,
        15,
        _wrapped(unit, 34).upper(),
        ha="center",
        va="center",
        fontsize=22,
        weight="bold",
        color="white",
    )
    axes.text(A4_MM[0] / 2, 30, _wrapped(counter, 48), ha="center", va="center", fontsize=17, color="white")


def _faces(axes, top: float) -> None:  # type: ignore[no-untyped-def]
    import numpy as np
    from matplotlib.patches import Circle, Polygon

    for position, (colour, smile) in enumerate(FACES):
        x, y = A4_MM[0] / 2 + (position - 2) * 30, top + 11
        axes.add_patch(Circle((x, y), 10, fill=True, facecolor="white", edgecolor=colour, lw=3))
        for eye in (-3.6, 3.6):
            axes.add_patch(Circle((x + eye, y - 2.8), 1.3, color=colour, lw=0))
        across = np.linspace(-5, 5, 21)
        down = 4.2 + smile * 3.2 * (1 - (across / 5) ** 2) - smile * 1.6
        if smile > 0.8:
            axes.add_patch(Polygon([*zip(x + across, y + down, strict=True)], closed=True, color=colour, lw=0))
        else:
            axes.plot(x + across, y + down, color=colour, lw=3, solid_capstyle="round")


def _wrapped(text: str, width: int) -> str:
    import textwrap

    return "\n".join(textwrap.wrap(text, width)) or text
