// Package mediaupload brings files to Meta, which names them: a message sends such a name.
package mediaupload
