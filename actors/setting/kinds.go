package setting

// Kinds are all kinds of documents, with the defaults of the installation.
type Kinds struct {
	Media   Kind[Media]
	Notices Kind[Notices]
	SignIn  Kind[SignIn]
}

// Defaults are what an operator sets for all tenants.
type Defaults struct {
	MediaDays int // see Media
}

// NewKinds makes them.
func NewKinds(d Defaults) Kinds {
	return Kinds{
		Media:   mediaKind(d),
		Notices: noticesKind(d),
		SignIn:  signInKind(),
	}
}

// All lists the kinds.
func (k Kinds) All() []Reader {
	return []Reader{
		k.Media,
		k.Notices,
		k.SignIn,
	}
}
