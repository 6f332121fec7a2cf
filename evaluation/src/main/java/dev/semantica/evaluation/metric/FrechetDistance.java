package dev.semantica.evaluation.metric;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;

/**
 * Fréchet distance between the Gaussians fitted to two sets (Heusel et al. 2017, equation 6):
 * {@code ‖μ₁ − μ₂‖² + tr Σ₁ + tr Σ₂ − 2 tr (Σ₁Σ₂)^½}, covariances with n − 1.
 */
public final class FrechetDistance {

    private FrechetDistance() {}

    /**
     * The distance, at least 0.
     *
     * @throws TooFewImagesException if a set has no more vectors than their dimension: its covariance would be singular
     *     and the distance mostly a figure of the set's size
     */
    public static double between(FeatureMatrix a, FeatureMatrix b) {
        a.requireSameDimension(b);
        TooFewImagesException.require(
                "The Fréchet distance over " + a.dimension() + " features", a.dimension() + 1, a, b);
        double[] meanA = mean(a);
        double[] meanB = mean(b);
        double shift = 0;
        for (int j = 0; j < meanA.length; j++) {
            shift += (meanA[j] - meanB[j]) * (meanA[j] - meanB[j]);
        }
        DMatrixRMaj covarianceA = covariance(a, meanA);
        DMatrixRMaj covarianceB = covariance(b, meanB);
        double spread = CommonOps_DDRM.trace(covarianceA) + CommonOps_DDRM.trace(covarianceB);
        return Math.max(0, shift + spread - 2 * traceOfRoot(root(covarianceA), root(covarianceB)));
    }

    /** With Σ = RᵀR, tr (Σ₁Σ₂)^½ is the sum of the singular values of R₁R₂ᵀ: no small number is squared on the way. */
    private static double traceOfRoot(DMatrixRMaj rootA, DMatrixRMaj rootB) {
        DMatrixRMaj product = new DMatrixRMaj(rootA.numRows, rootB.numRows);
        CommonOps_DDRM.multTransB(rootA, rootB, product);
        SingularValueDecomposition_F64<DMatrixRMaj> svd =
                DecompositionFactory_DDRM.svd(product.numRows, product.numCols, false, false, true);
        if (!svd.decompose(product)) {
            throw new ArithmeticException("The singular values of the covariances' product did not converge");
        }
        double sum = 0;
        for (int i = 0; i < svd.numberOfSingularValues(); i++) {
            sum += svd.getSingularValues()[i];
        }
        return sum;
    }

    /** R with RᵀR = Σ; eigenvalues that rounding made negative count as 0. */
    private static DMatrixRMaj root(DMatrixRMaj covariance) {
        int size = covariance.numRows;
        EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(size, true, true);
        if (!eigen.decompose(covariance.copy())) {
            throw new ArithmeticException("The eigenvalues of a covariance did not converge");
        }
        DMatrixRMaj root = new DMatrixRMaj(size, size);
        for (int i = 0; i < size; i++) {
            double scale = Math.sqrt(Math.max(0, eigen.getEigenvalue(i).getReal()));
            DMatrixRMaj vector = eigen.getEigenVector(i);
            for (int j = 0; j < size; j++) {
                root.set(i, j, scale * vector.get(j));
            }
        }
        return root;
    }

    private static double[] mean(FeatureMatrix set) {
        double[] mean = new double[set.dimension()];
        for (int i = 0; i < set.rows(); i++) {
            for (int j = 0; j < mean.length; j++) {
                mean[j] += set.get(i, j) / set.rows();
            }
        }
        return mean;
    }

    private static DMatrixRMaj covariance(FeatureMatrix set, double[] mean) {
        DMatrixRMaj centred = new DMatrixRMaj(set.rows(), set.dimension());
        double scale = 1 / Math.sqrt(set.rows() - 1.0);
        for (int i = 0; i < set.rows(); i++) {
            for (int j = 0; j < mean.length; j++) {
                centred.set(i, j, scale * (set.get(i, j) - mean[j]));
            }
        }
        DMatrixRMaj covariance = new DMatrixRMaj(set.dimension(), set.dimension());
        CommonOps_DDRM.multInner(centred, covariance);
        return covariance;
    }
}
