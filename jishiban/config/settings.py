"""Django's settings. Everything a place may change comes from `env`; the rest is decided here, once."""

from datetime import timedelta
from pathlib import Path

from jishiban.config import env
from jishiban.config.keys import secret_key

ENV = env.load()
BASE_DIR: Path = env.ROOT
DATA_DIR: Path = ENV.data_dir
KEY_DIR: Path = ENV.key_dir
PLACE: env.Place = ENV.place
PUBLIC_URL: str = ENV.public_url
SMS_URL: str = ENV.sms_url
MODEL: env.Model = ENV.model
MILVUS_URL: str = ENV.milvus_url
# How sure the guide must be to answer, and to offer choices; what is not set keeps the default of kernel.search.
GUIDE_THRESHOLDS: dict[str, float] = {
    name: value for name, value in (("answer", ENV.answer_at), ("choose", ENV.choose_at)) if value is not None
}
DEMO: bool = ENV.demo

for _folder in (DATA_DIR, DATA_DIR / "files", DATA_DIR / "static"):
    _folder.mkdir(parents=True, exist_ok=True)
SECRET_KEY: str = secret_key(KEY_DIR)
DEBUG = False  # in the demonstration too: it shows what a real place shows

# -- what the house is made of ---------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "jishiban.kernel.directory",
    "jishiban.kernel.ledger",
    "jishiban.kernel.indicators",
    "jishiban.kernel.papers",
    "jishiban.kernel.notices",
    "jishiban.kernel.exchange",
    "jishiban.kernel.cases",
    "jishiban.web",
    "jishiban.hall.matters",
    "jishiban.hall.applications",
    "jishiban.guide.entries",
    "jishiban.guide.conversations",
    "jishiban.guide.scenarios",
    "jishiban.config",
]
MIDDLEWARE = [
    "jishiban.web.middleware.SecurityHeaders",  # outermost: a redirect to https carries the headers too
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "jishiban.config.language.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "jishiban.web.middleware.Gate",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "jishiban.web.middleware.DoorMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "jishiban.config.urls"
WSGI_APPLICATION = "jishiban.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "jishiban.web.context_processors.ui",
            ],
        },
    },
]

# -- what is kept, and where -----------------------------------------------------------------------
DATABASES = {"default": ENV.database}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 2000},
    },
}
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "files", "base_url": None},
    },
    "staticfiles": {"BACKEND": "jishiban.config.storage.HashedStatic"},
}
# Uploads are handed out by views that ask for permission, never by an address of the file itself.
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 60
MOST_BODY_BYTES = (
    220 * 1024 * 1024
)  # of one request with all its files; a single file has its own limit in papers
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"

# -- language, time --------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# -- who may come in -------------------------------------------------------------------------------
AUTH_USER_MODEL = "directory.Staff"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "/desk/sign-in/"
LOGIN_REDIRECT_URL = "/desk/"
LOGOUT_REDIRECT_URL = "/"
SESSION_COOKIE_NAME = "jsb_session"
SESSION_COOKIE_AGE = 8 * 3600  # one working day, whatever is done in it
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_IDLE_SECONDS = 30 * 60  # a desk left alone signs itself out; watched by web.sessions
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "jsb_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_NAME = "jsb_language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False
AXES_USERNAME_FORM_FIELD = "username"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # the wait that was told is the wait it is
AXES_LOCKOUT_CALLABLE = "jishiban.web.accounts.desk.locked_out"
CSRF_FAILURE_VIEW = "jishiban.web.portal.csrf_failure"
# From one address: how often in how many seconds. A hall's visitors and desks may share one address, so these
# stop floods, not people; what must hold for one phone or one account is counted for it (accounts, axes).
# A demonstration is there to be tried out, also by a program that asks a thousand questions at once.
RATES = {
    "write": (600, 60), "api": (30_000 if DEMO else 600, 60), "code": (60, 600), "sign-in": (200, 600),
}  # fmt: skip

# -- security --------------------------------------------------------------------------------------
ALLOWED_HOSTS = [*env.LOOPBACK, *(address.host.partition(":")[0] for address in ENV.addresses)]
CSRF_TRUSTED_ORIGINS = [address.url for address in ENV.addresses]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = ENV.https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENV.https else None
SECURE_SSL_REDIRECT = ENV.https
# The machine's own health check comes over plain http from this very host.
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if ENV.https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False  # a county does not own its neighbours' subdomains
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS: list[str] = []

# -- what is written down about running ------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "masked": {
            "()": "jishiban.config.logs.Masked",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        },
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "masked"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "jishiban": {"level": "INFO"},
        # Without its own handlers, so that everything leaves through the masking one.
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        "axes": {"level": "ERROR"},
        # What strangers ask for is not news; our own errors are.
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
