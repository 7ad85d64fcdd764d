"""Why a backup cannot be made, read or restored: what is so, and what to do now."""

from models.errors import ConflictError, InvalidError, UnavailableError


class BackupExistsError(ConflictError):
    """The file to write is there already."""

    message = "文件“{file}”已经存在，不会覆盖，请换一个文件名。"


class BackupDamagedError(InvalidError):
    """The file is cut off, altered, or no backup at all."""

    message = "备份文件不完整或被改动过（{problem}），没有恢复任何内容。请换用另一份备份。"


class BackupNewerError(InvalidError):
    """The backup was made by a newer program."""

    message = (
        "备份出自更新版本的程序（数据库版本 {revision}），本程序不认识，没有恢复任何内容。"
        "请先升级程序，再恢复。"
    )


class NotEmptyError(ConflictError):
    """A backup is restored into an empty installation only."""

    message = (
        "数据库里已有数据（表 {table}），不会覆盖。请指定一个空的数据目录或空的数据库"
        "（SMALLWORKS_DATA_DIR、SMALLWORKS_DATABASE_URL），不要先运行 setup。"
    )


class RestoreFaultyError(UnavailableError):
    """What was restored is not what was backed up."""

    message = "恢复后核对不符（{problem}），请不要启用，另建空的数据库重新恢复。"


class KeyFileDamagedError(InvalidError):
    """The key export is cut off, altered, or sealed to others."""

    message = "密钥备份打不开（{problem}），没有写入任何密钥。"


class KeysDifferError(ConflictError):
    """Keys on this machine are others than those in the export."""

    message = "本机已有不同的密钥：{files}。不会覆盖；确认不再需要时请先移走，再导入。"
