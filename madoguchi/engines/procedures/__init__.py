"""Applications, claims and notifications: from the first question to the decision letter.

Promises to residents that what was received has a receipt number and is never lost; to clerks that
nobody overtakes them unseen; to the plan that every figure is counted from the running register.
"""
