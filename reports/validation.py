"""What a cell of a workbook takes, said beside it before and after somebody types."""

from typing import Any

from openpyxl.worksheet.datavalidation import DataValidation


def validation(place: str, title: str, prompt: str, **rule: Any) -> DataValidation:
    """`place` is a range such as `C2:C500`; `rule` is in openpyxl's words. An empty cell is always taken."""
    return DataValidation(
        sqref=place,
        allow_blank=True,
        showInputMessage=True,
        promptTitle=title,
        prompt=prompt,
        showErrorMessage=True,
        errorTitle=title,
        error=prompt,
        **rule,
    )
