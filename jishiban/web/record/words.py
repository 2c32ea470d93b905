"""What the verifier says. The script holds no words, so that both languages come from one place."""

from django.utils.translation import gettext as _


def verifier_words() -> dict[str, str]:
    """Every sentence the script may show, by the name it asks for, in the active language."""
    return {
        "receipt_ok": _("核对通过：这条记录在账本里，没有被改动。"),
        "receipt_not_ok": _("核对不通过：这张回执不能作准。"),
        "consistency_ok": _("核对通过：您保存的存档之前的账目，一条都没有改动或删除。"),
        "consistency_not_ok": _("核对不通过：账本与您保存的存档对不上。"),
        "checkpoint_ok": _("核对通过：这份存档的签名是真的。"),
        "checkpoint_not_ok": _("核对不通过：这份存档的签名不对。"),
        "good": _("✓ 通过"),
        "bad": _("✗ 不通过"),
        "unasked": _("— 未核对"),
        "content": _("内容与登记时封存的一致。"),
        "content_bad": _("内容与登记时封存的不一致。"),
        "content_unasked": _("回执里没有内容，只能核对编号和时间。"),
        "path": _("这条记录在签名的账本里。"),
        "path_bad": _("这条记录不在签名的账本里。"),
        "kept_path": _("旧账本是现在账本的开头。"),
        "kept_path_bad": _("旧账本不是现在账本的开头。"),
        "signature": _("存档的签名是真的。"),
        "signature_bad": _("存档的签名是假的，或者被改动过。"),
        "key": _("签名的公钥就是本大厅的公钥。"),
        "key_bad": _("签名的公钥不是本大厅的公钥。"),
        "key_unasked": _("这个文件没有附公钥，请自行核对公钥编号。"),
        "index": _("账目编号"),
        "kind": _("种类"),
        "leaf_at": _("登记时间"),
        "payload": _("内容"),
        "kept_size": _("您保存的存档条数"),
        "kept_at": _("您保存的存档时间"),
        "size": _("账本条数"),
        "signed_at": _("签名时间"),
        "root": _("账本的根"),
        "key_id": _("公钥编号"),
        "limits": _("通过只说明记录没有被改动或删除，不说明当初填写的内容属实。"),
        "unreadable": _("读不懂这段内容。请粘贴完整的回执、存档或二维码里的网址。"),
        "empty": _("还没有内容。请粘贴回执，或选择回执文件。"),
    }
