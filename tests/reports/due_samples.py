"""What staff are told of overdue dossiers."""

from tests.reports.dossier_samples import dossier

NAME = "Đăng ký khai sinh"
OVERDUE = dossier("H20-1", "2026-11-02 08:00", "2026-11-12 17:00", name=NAME)
