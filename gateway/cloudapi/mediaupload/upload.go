package mediaupload

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/textproto"
	"net/url"
	"strings"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
)

// Life is how long Meta keeps what is uploaded (Meta, media: 30 days).
const Life = 30 * 24 * time.Hour

// File is what is to be uploaded. Content is read once.
type File struct {
	MIME    string
	Size    int64
	Content io.Reader
}

// ErrNoID says that Meta took the file and named it by nothing that could be sent.
var ErrNoID = errors.New("the answer has no id")

// Upload brings a file to Meta for a number, and returns Meta's id of it. Its error is a
// *cloudapi.SendError, ErrNoID, or that of reading the content. A file that is uploaded
// twice is two files there, and does no harm.
func Upload(ctx context.Context, c *cloudapi.Client, number wa.PhoneNumberID, token string, f *File) (string, error) {
	head, tail, kind, err := form(f.MIME)
	if err != nil {
		return "", err
	}
	var answer struct {
		ID string `json:"id"`
	}
	body := io.MultiReader(bytes.NewReader(head), f.Content, bytes.NewReader(tail))
	length := int64(len(head)) + f.Size + int64(len(tail))
	if err := c.Stream(ctx, "/"+url.PathEscape(string(number))+"/media", token, kind, length, body, &answer); err != nil {
		return "", err
	}
	if answer.ID == "" || !wa.Storable(answer.ID, wa.MaxID) {
		return "", ErrNoID
	}
	return answer.ID, nil
}

// form is what stands before and behind the file. The fields come first: programs that
// read as they go must know them by then.
func form(mime string) (head, tail []byte, kind string, err error) {
	if strings.ContainsAny(mime, "\r\n") {
		return nil, nil, "", errors.New("a type of two lines")
	}
	var text bytes.Buffer
	w := multipart.NewWriter(&text)
	for _, field := range [...][2]string{{"messaging_product", "whatsapp"}, {"type", mime}} {
		if err := w.WriteField(field[0], field[1]); err != nil {
			return nil, nil, "", fmt.Errorf("write form: %w", err)
		}
	}
	// The name is for nobody: what the customer is shown comes with the message.
	_, err = w.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="file"; filename="file"`}, "Content-Type": {mime},
	})
	if err != nil {
		return nil, nil, "", fmt.Errorf("write form: %w", err)
	}
	head = bytes.Clone(text.Bytes())
	text.Reset()
	if err := w.Close(); err != nil {
		return nil, nil, "", fmt.Errorf("write form: %w", err)
	}
	return head, text.Bytes(), w.FormDataContentType(), nil
}
