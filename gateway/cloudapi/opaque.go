package cloudapi

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/prosa-chat/prosa/actors/wa"
)

// ErrNotOpaque says that a text is not callback data of ours: other software
// may send on the same number with its own.
var ErrNotOpaque = errors.New("not callback data of this engine")

// opaqueVersion is the first part. A new form gets a new number.
const opaqueVersion = "1"

// Opaque is what we send as biz_opaque_callback_data. Meta echoes it in every
// status, also when the answer to the send was lost.
type Opaque struct {
	Contact wa.ContactID
	Message wa.MessageID // ours, not the wamid
	Attempt int          // counted from 1
}

// String writes 1:<contact>:<message>:<attempt>.
func (o Opaque) String() string {
	return opaqueVersion + ":" + string(o.Contact) + ":" + string(o.Message) + ":" + strconv.Itoa(o.Attempt)
}

// ParseOpaque reads what String wrote. Its error is ErrNotOpaque.
func ParseOpaque(s string) (Opaque, error) {
	part := strings.Split(s, ":")
	if len(part) != 4 || part[0] != opaqueVersion || part[1] == "" || part[2] == "" {
		return Opaque{}, fmt.Errorf("parse callback data: %w", ErrNotOpaque)
	}
	attempt, err := strconv.Atoi(part[3])
	if err != nil || attempt < 0 {
		return Opaque{}, fmt.Errorf("parse callback data: %w", ErrNotOpaque)
	}
	return Opaque{wa.ContactID(part[1]), wa.MessageID(part[2]), attempt}, nil
}
