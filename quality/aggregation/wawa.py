"""Worker agreement with aggregate: votes weighted by how often their author is in the majority."""

from typing import Self

import numpy as np

from quality.aggregation.crowd_model import CrowdModel, class_shares
from quality.aggregation.votes import Votes, row_maximum
from quality.agreement.coefficient import FloatArray


class Wawa(CrowdModel):
    """A vote weighted by the share of the annotator's labels that are those of the majority.

    Where several labels have the most votes, agreeing with one of them counts in parts. `skills_`
    (n_annotators,): these shares, NaN without a label. `probas_`: shares of the weighted votes.
    """

    skills_: FloatArray

    def __init__(self) -> None:
        pass

    def learn(self, votes: Votes) -> Self:
        """Weigh the annotators, then count their votes."""
        annotators, n_labels = votes.shape
        agreed = votes.count(_winners(votes)).reshape(annotators, n_labels, n_labels)
        right = np.einsum("acc->a", agreed)
        n = votes.per_annotator
        self.skills_ = np.divide(right, n, out=np.full(annotators, np.nan), where=n > 0)
        weights = np.repeat(np.nan_to_num(self.skills_), n_labels)
        evidence = weights[:, np.newaxis] * np.tile(np.eye(n_labels), (annotators, 1))
        posterior = np.zeros(votes.counts.shape)
        for chunk in votes.chunks:
            posterior[chunk.items] = chunk.said @ evidence
        total = np.einsum("it->i", posterior)
        unheard = total <= 0
        posterior[unheard] = votes.shares[unheard]
        posterior /= np.where(unheard, 1.0, total)[:, np.newaxis]
        self.priors_ = class_shares(np.einsum("it->t", posterior))
        self.n_iter_, self.converged_ = 1, True
        self._conclude(votes, posterior, votes.count(posterior))
        return self


def _winners(votes: Votes) -> FloatArray:
    """1 for the label with the most votes, (labeled, K), in equal parts for several of them."""
    shares = votes.shares
    most = (shares == row_maximum(shares)[:, np.newaxis]).astype(np.float64)
    most /= np.einsum("it->i", most)[:, np.newaxis]
    return most
