"""/clock/"""

from django.urls import path

from jishiban.web.calculator import portal

app_name = "calculator"
urlpatterns = [path("clock/", portal.calculator, name="page")]
