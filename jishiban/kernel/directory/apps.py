"""The room's name in Django's register."""

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "jishiban.kernel.directory"
    label = "directory"
    verbose_name = "机构人员"
