"""Days on which everything goes as it should: the sequences that are drawn must be able to get this far."""

WALKS: dict[str, tuple[str, str]] = {
    "to the letter": (
        "online",
        """
        sato take
        sato check
        sato ask
        aoi answer
        sato confirm
        sato pass on
        ogawa grant
        tamura letter
        tamura read
        tamura send
        """,
    ),
    "a paper claim with gaps": (
        "on_paper",
        """
        sato check
        sato ask for what is missing
        ben half answer
        ben the other half
        ben hand in
        tamura confirm
        sato paper came
        sato waive paper
        tamura pass on
        mori grant
        """,
    ),
    "a law in mid-case": (
        "online",
        """
        sato check
        ogawa publish law
        ogawa move to the new version
        sato ask for what is missing
        aoi answer
        sato confirm
        ogawa publish paper
        ogawa move to the new version
        sato paper came
        sato pass on
        ogawa publish signers
        mori move to the new version
        sato paper of spouse
        aoi invite guardian.1
        ben sign guardian.1
        ogawa grant
        """,
    ),
    "a law in mid-draft": (
        "draft",
        """
        aoi write
        ogawa publish question
        aoi keep up
        ogawa publish quietly
        aoi keep up
        aoi write
        aoi write
        ogawa publish law
        aoi keep up
        aoi write
        aoi look at what changed
        aoi apply
        sato check
        sato pass on
        ogawa grant
        """,
    ),
    "somebody signed other words": (
        "with_signers",
        """
        sato paper of spouse
        aoi invite guardian.1
        sato check
        sato ask
        aoi answer
        sato confirm
        sato paper of spouse
        aoi invite guardian.1
        ben sign guardian.1
        sato pass on
        ogawa grant
        """,
    ),
    "a page for several that was opened long ago": (
        "online",
        """
        sato begin all from an old page
        sato pass on
        ogawa grant
        """,
    ),
    "days that stood still by an older version": (
        "online",
        """
        sato check
        sato ask
        aoi answer
        ogawa publish slower
        ogawa publish slower
        ogawa move to the new version
        sato confirm
        sato pass on
        ogawa grant
        """,
    ),
    "a chair that is lent": (
        "online",
        """
        sato check
        sato pass on
        ogawa lend ogawa to tamura for 3
        tamura grant
        mori letter
        ogawa read
        ogawa send
        """,
    ),
    "two divisions and several at once": (
        "online",
        """
        tamura take all
        sato give away
        takagi check
        takagi give back
        tamura begin all
        tamura pass on
        ogawa hand back
        sato pass on
        ogawa refuse
        sato letter
        sato read
        sato send
        mori recall
        mori refuse
        """,
    ),
    "states that were renamed meanwhile": (
        "online",
        """
        sato check
        sato pass on
        mori hand back
        ogawa pass on
        ogawa publish names
        mori move to the new version
        mori hand back
        sato ask
        aoi half answer
        aoi hand in
        sato confirm
        ogawa pass on
        mori grant
        """,
    ),
    # What was put in for a round that is not handed in counts nowhere: three days lie between the two halves.
    "half a paper": (
        "on_paper",
        """
        sato check
        sato ask for a paper
        ben half answer
        sato note
        ben hand in
        tamura confirm
        sato ask for what is missing
        ben answer
        sato confirm
        sato paper came
        sato waive paper
        tamura pass on
        mori grant
        """,
    ),
    "a clock that stands still for who decides": (
        "online",
        """
        ogawa publish slower
        ogawa move to the new version
        sato check
        sato pass on
        mori hand back
        sato pass on
        ogawa refuse
        mori send back
        ogawa hand back
        sato pass on
        ogawa grant
        """,
    ),
}

# The last act is refused, and every act before it goes through.
STOPPED: dict[str, tuple[str, str]] = {
    "answers are missing": (
        "online",
        """
        ogawa publish question
        ogawa move to the new version
        sato check
        sato pass on
        ogawa grant
        """,
    ),
    "a signature is missing": (
        "with_signers",
        """
        sato check
        sato paper of guardian.1
        sato pass on
        ogawa grant
        """,
    ),
    "only half a round is there to hand in": (
        "on_paper",
        """
        sato check
        sato ask for what is missing
        ben half answer
        ben hand in
        """,
    ),
    "the address has run out": (
        "with_signers",
        """
        aoi invite guardian.1
        sato check
        sato note
        ben sign guardian.1
        """,
    ),
    "they passed it on and sit in the head's chair": (
        "online",
        """
        sato check
        tamura pass on
        ogawa lend ogawa to tamura for 3
        tamura grant
        """,
    ),
    "the chair was taken back": (
        "online",
        """
        sato check
        sato pass on
        mori lend mori to tamura for 14
        ogawa take the chair back
        tamura grant
        """,
    ),
    "the chair was lent until yesterday": (
        "online",
        """
        sato check
        sato pass on
        ogawa lend ogawa to sato for 0
        tamura note
        sato hand back
        """,
    ),
    "what is lent is not lent on": (
        "online",
        """
        ogawa lend ogawa to tamura for 3
        tamura lend sato to ogawa for 3
        """,
    ),
    "an answer is awaited": (
        "online",
        """
        ogawa publish question
        sato check
        sato ask
        sato give away
        takagi give back
        ogawa move to the new version
        """,
    ),
}
