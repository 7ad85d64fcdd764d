"""Why a document is not taken: what is so, and what to do now."""

from models.errors import ConflictError, InvalidError


class DocumentRefusedError(InvalidError):
    """The file itself breaks a rule; the person puts it right and uploads again."""

    message = "文件没有收下，请检查后重新上传。"


class DocumentKindForbiddenError(DocumentRefusedError):
    """Neither name nor content is of a kind that is taken."""

    message = "“{name}”不是可以上传的文件类型，只收{kinds}，请转换后重新上传。"


class DocumentKindMismatchError(DocumentRefusedError):
    """The content is not what the name says."""

    message = "“{name}”的内容与扩展名不符，请用原软件重新保存为正确的类型后上传。"


class DocumentMacroError(DocumentRefusedError):
    """An office file that carries a program."""

    message = "“{name}”含有宏或嵌入程序，不能上传，请另存为不含宏的文件后上传。"


class DocumentExpandsError(DocumentRefusedError):
    """A packed file that grows beyond all use when opened."""

    message = "“{name}”解开后过大，不能上传，请删去多余内容或改为PDF后上传。"


class DocumentDamagedError(DocumentRefusedError):
    """The file cannot be opened, or only with a password."""

    message = "“{name}”无法打开，可能已损坏或加了密码，请去掉密码、重新保存后上传。"


class DocumentEmptyError(DocumentRefusedError):
    """Nothing is in the file."""

    message = "“{name}”是空文件，请重新选择文件上传。"


class DocumentTooLargeError(DocumentRefusedError):
    """More bytes than the county's rule allows."""

    message = "“{name}”超过{limit} MB，请压缩或分成几个文件后上传。"


class DocumentMissingError(DocumentRefusedError):
    """The request carries no file."""

    message = "没有收到文件，请选择一个文件后再上传。"


class TooManyLooseDocumentsError(ConflictError):
    """Somebody uploads and never submits."""

    message = "您已上传而没有提交的文件过多，请先提交或放弃填报，或在{hours}小时后再上传。"


class DocumentNotYoursError(InvalidError):
    """A form names a document that this person cannot hand in."""

    message = "所附的文件没有找到，请重新上传后再提交。"
