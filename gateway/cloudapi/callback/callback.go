// Package callback is what we send Meta with each message to be told it again with each
// status.
package callback

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/prosa-chat/prosa/actors/wa"
)

// ErrForeign says that a text is not callback data of ours: other software
// may send on the same number with its own.
var ErrForeign = errors.New("not callback data of this engine")

// version is the first part. A new form gets a new number.
const version = "1"

// Data is what we send as biz_opaque_callback_data. Meta echoes it in every
// status, also when the answer to the send was lost.
type Data struct {
	Contact wa.ContactID
	Message wa.MessageID // ours, not the wamid
	Attempt int          // counted from 1
}

// String writes 1:<contact>:<message>:<attempt>.
func (d Data) String() string {
	return version + ":" + string(d.Contact) + ":" + string(d.Message) + ":" + strconv.Itoa(d.Attempt)
}

// Parse reads what String wrote. Its error is ErrForeign.
func Parse(s string) (Data, error) {
	part := strings.Split(s, ":")
	if len(part) != 4 || part[0] != version || part[1] == "" || part[2] == "" {
		return Data{}, fmt.Errorf("parse callback data: %w", ErrForeign)
	}
	attempt, err := strconv.Atoi(part[3])
	if err != nil || attempt < 0 {
		return Data{}, fmt.Errorf("parse callback data: %w", ErrForeign)
	}
	return Data{wa.ContactID(part[1]), wa.MessageID(part[2]), attempt}, nil
}
