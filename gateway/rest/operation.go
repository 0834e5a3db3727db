package rest

// Operation describes a route to those who call it. The document of the API is made
// of it and of the types that it names.
type Operation struct {
	Method, Path string
	Summary      string
	Detail       string
	Params       []Param
	Body         any // a value of the body's type; nil: none
	NeedsBody    bool
	Answers      []Answer // a Problem may always come instead
}

// Param is an element of the path, the query or the headers.
type Param struct {
	Name, In, Doc string
	Type          any // a value of its type; nil: a string
	Enum          []string
	MaxItems      int
	MaxLength     int
}

// Answer is one that may come. Of is a value of its type, nil where there is no
// body to describe; Media is application/json by default.
type Answer struct {
	Status int
	Doc    string
	Of     any
	Media  string
}
