"""People and enterprises that do not exist, with numbers that pass every check. For demonstrations and measuring."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from random import Random

from jishiban.kernel.directory.identifiers import make_identity, make_uscc

PHONE = "0531-8400****"  # nobody can dial it
AREA = "370115"
SURNAMES = (
    "王李张刘陈杨赵孙马周吴徐朱高郭林于郑韩宋孟董许冯程曹袁崔邓吕任卢姜魏丁杜田苏夏侯"
    "王李张刘王李张刘孙赵"  # commoner here than elsewhere
)
FIRST = "建国文志明晓玉海红春秀丽永金德学立新国庆光长俊成淑兰桂凤宝振洪子思雨佳一欣浩宇嘉梦若泽"
SECOND = "军伟强敏静芳娟霞燕辉涛磊鹏勇杰斌超峰亮刚平英华玲梅琴莲香云龙翔博轩涵怡妍萱琪琳洁婷颖然"
STREETS = ("济阳", "济北", "回河", "孙耿", "太平", "崔寨", "垛石", "曲堤", "仁风", "新市")
ROADS = (
    "开元大街",
    "纬二路",
    "富阳街",
    "泰兴西街",
    "华阳路",
    "银河路",
    "经三路",
    "安康街",
    "新元大街",
    "永康街",
)
BRANDS = (
    "澄波", "黄河源", "鑫阳", "仁风", "曲堤", "金穗", "北岸", "开元", "福满", "顺和", "瑞丰", "天润", "恒泰", "绿野",
    "家和", "百味", "聚源", "盛世", "宏图", "康达", "众信", "远航", "嘉禾", "兴旺",
)  # fmt: skip
TRADES = (
    "餐饮服务", "食品", "商贸", "物流", "建筑工程", "农业科技", "生物科技", "机械制造", "装饰工程", "酒店管理",
    "文化传媒", "医药", "环保科技", "信息技术", "汽车服务", "物业服务",
)  # fmt: skip
FORMS = (
    ("有限公司", "91"), ("有限公司", "91"), ("有限责任公司", "91"), ("合伙企业（普通合伙）", "91"), ("专业合作社", "93"),
)  # fmt: skip
CODE_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


class Inventor:
    """Draws from one source of chance: the same seed makes the same people. No number comes twice."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self._taken: set[str] = set()
        self._numbers: set[str] = set()

    def reserve(self, names: Iterable[str]) -> None:
        """Names of staff that are given already."""
        self._taken.update(names)

    def name(self) -> str:
        """A person's name; a third have one given character."""
        random = self.random
        given = (
            random.choice(SECOND) if random.random() < 0.3 else random.choice(FIRST) + random.choice(SECOND)
        )
        return random.choice(SURNAMES) + given

    def staff_name(self) -> str:
        """A name nobody in the house bears yet."""
        while (name := self.name()) in self._taken:
            pass
        self._taken.add(name)
        return name

    def _once(self, number: str) -> bool:
        if number in self._numbers:
            return False
        self._numbers.add(number)
        return True

    def identity(self) -> str:
        """A 公民身份号码 of an adult, with its right check character."""
        while True:
            born = date(1946, 1, 1) + timedelta(days=self.random.randrange(21_500))
            if self._once(number := make_identity(AREA, born, self.random.randrange(1000))):
                return number

    def mobile(self) -> str:
        """A mobile number of a block that holds nothing but demonstrations here: 1990000…."""
        while True:
            if self._once(number := f"1990{self.random.randrange(10_000_000):07d}"):
                return number

    def uscc(self, body: str = "91") -> str:
        """A 统一社会信用代码 with both check characters right."""
        while True:
            organisation = "MA" + "".join(self.random.choice(CODE_LETTERS) for _place in range(6))
            if self._once(code := make_uscc(body, AREA, organisation)):
                return code

    def address(self) -> str:
        """An address in the district."""
        random = self.random
        if random.random() < 0.4:
            return f"济阳区{random.choice(STREETS)}（演示）{random.choice(SURNAMES)}家村{random.randint(1, 300)}号"
        return f"济阳区{random.choice(ROADS)}（演示）{random.randint(1, 260)}号{random.randint(1, 30)}号楼"

    def enterprise(self) -> tuple[str, str]:
        """Name and code of an enterprise."""
        random = self.random
        form, body = random.choice(FORMS)
        mark = random.choice(BRANDS) + random.choice("源泰祥丰盛达康佳悦合")
        return f"济南{mark}{random.choice(TRADES)}{form}", self.uscc(body)

    def shop(self) -> tuple[str, str]:
        """Name and code of a small shop (个体工商户)."""
        random = self.random
        kinds = (
            "面馆",
            "饺子馆",
            "超市",
            "百货店",
            "理发店",
            "烧烤店",
            "早餐店",
            "五金店",
            "水果店",
            "便利店",
        )
        name = f"济阳区{random.choice(BRANDS)}{random.choice(SURNAMES)}记{random.choice(kinds)}"
        return name, self.uscc("92")
